// What is kept of a role's log: nothing secret, all of it once, and also where its instance goes before its volume.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hiding } from "../../../src/cli/project/hiding.ts";
import { keepingTranscripts } from "../../../src/cli/project/transcripts.ts";
import type { InstanceSpec } from "../../../src/model/spec.ts";
import type { LogOptions, Runtime } from "../../../src/ports/runtime.ts";
import { aSecret, seal } from "../../builders/secret.ts";

const token = "Zm9vYmFy-9/x+Q==";

/** As an instance is found: without the value. */
function found(value: string, environment: InstanceSpec["environment"] = {}): InstanceSpec {
  const { digest = "" } = aSecret("T", value);
  return { role: "dev", environment, secrets: [{ name: "T", digest, file: "/run/secrets/T", readers: ["agent"] }] };
}

describe("a secret of which only the digest is known", () => {
  const hide = hiding({ spec: found(token), values: [], seal });
  test.each([
    [`it is ${token}.`.replace(".", " ."), "it is [secret] ."],
    [`{"text":"export\\n${token}\\nand"}`, `{"text":"export\\n[secret]\\nand"}`],
    [`{"text":"\\u001b${token}\\t"}`, `{"text":"\\u001b[secret]\\t"}`],
    [`{"in":"{\\"text\\":\\"a\\\\n${token}\\\\n\\"}"}`, `{"in":"{\\"text\\":\\"a\\\\n[secret]\\\\n\\"}"}`],
    [`T=${token}`, "T=[secret]"],
    [`T: ${token}, and`, "T: [secret], and"],
    [`f(${token});`, "f([secret]);"],
    [`https://x:${token}@host/a`, "https://x:[secret]@host/a"],
  ])("is hidden in %s", (line, expected) => expect(hide(line)).toBe(expected));

  test("is hidden where it is a part of an address, and where it is one", () => {
    const plain = hiding({ spec: found("abcdefgh1234"), values: [], seal });
    expect(plain("https://x:abcdefgh1234@host?t=abcdefgh1234&u")).toBe("https://x:[secret]@host?t=[secret]&u");
    const address = hiding({ spec: found("postgres://u:p@db:5432/x?a=b"), values: [], seal });
    expect(address('{"url":"postgres://u:p@db:5432/x?a=b\\n"}')).toBe('{"url":"[secret]\\n"}');
  });

  test("is hidden as JSON has it, with a quote and a backslash in it", () => {
    expect(hiding({ spec: found('pass"wo\\rd'), values: [], seal })('{"text":"is pass\\"wo\\\\rd"}')).toBe(
      '{"text":"is [secret]"}',
    );
  });
});

test("a secret of an instance that was made before digests had a key is hidden all the same", () => {
  const digest = createHash("sha256")
    .update(JSON.stringify(["crew secret", "T", token]))
    .digest("hex")
    .slice(0, 16);
  const spec = {
    role: "dev",
    environment: {},
    secrets: [{ name: "T", digest, file: "/t", readers: ["agent"] as const }],
  };
  expect(hiding({ spec, values: [], seal })(`it is ${token} and`)).toBe("it is [secret] and");
});

describe("a known value", () => {
  test("is hidden before a shorter one that is a part of it, and as JSON has it", () => {
    const hide = hiding({ spec: undefined, values: ["password", "password-of-ann", 'line one\n"two"'], seal });
    expect(hide('password-of-ann {"text":"line one\\n\\"two\\""}')).toBe('[secret] {"text":"[secret]"}');
  });

  test("is that of a variable of the instance whose name says so", () => {
    const spec = { role: "dev", environment: { API_TOKEN: "plain words", LEVEL: "debugging" } };
    expect(hiding({ spec, values: [], seal })("plain words, debugging")).toBe("[secret], debugging");
  });

  test("has the shape of a service's key, after an escape of JSON, too", () => {
    const key = `sk-${"a1".repeat(12)}`;
    expect(
      hiding({ spec: undefined, values: [], seal })(`{"text":"key:\\n${key}\\nask-me-nothing-of-this-sort"}`),
    ).toBe('{"text":"key:\\n[secret]\\nask-me-nothing-of-this-sort"}');
  });
});

describe("a transcript", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "crew transcripts "));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const options = { follow: false, signal: new AbortController().signal };

  /** Says its lines, a second apart; an instance of it is there until it is removed, its volume longer. */
  function aRuntime(said: readonly string[]): Runtime {
    const instances = new Map<string, { readonly spec: InstanceSpec }>([["dev", { spec: found(token) }]]);
    const volumes = new Map([["dev", {}]]);
    async function* logs(_: string, { sinceMs = 0, tail, timestamps }: LogOptions): AsyncIterable<string> {
      const lines = said
        .map((text, n) => ({ text, atMs: n * 1_000 }))
        .filter(({ atMs }) => atMs >= sinceMs)
        .map(({ text, atMs }) => (timestamps ? `${new Date(atMs).toISOString()} ${text}` : text));
      yield* tail === undefined ? lines : lines.slice(-tail);
    }
    const runtime = {
      logsLast: "volume",
      observe: async () => ({ instances, volumes }),
      removeInstance: async (role: string) => void instances.delete(role),
      removeVolume: async (role: string) => void volumes.delete(role),
      logs,
    };
    return runtime as unknown as Runtime;
  }

  async function all(lines: AsyncIterable<string>): Promise<readonly string[]> {
    const list: string[] = [];
    for await (const line of lines) list.push(line);
    return list;
  }

  test("hides what only the instance's spec tells, which is gone before its log", async () => {
    const runtime = aRuntime([`it is ${token}`]);
    const first = keepingTranscripts(runtime, { directory, environment: {}, seal });
    await first.observe();
    await first.removeInstance("dev");
    const second = keepingTranscripts(runtime, { directory, environment: {}, seal });
    await second.observe();
    await second.removeVolume("dev");
    expect(readFileSync(join(directory, "transcript.dev"), "utf8")).toBe("1970-01-01T00:00:00.000Z it is [secret]\n");
    expect(await all(second.logs("dev", options))).toEqual(["it is [secret]"]);
  });

  test("is told once where its log is still there", async () => {
    const said = ["one", "two"];
    const runtime = keepingTranscripts(aRuntime(said), { directory, environment: {}, seal });
    await runtime.observe();
    await runtime.removeInstance("dev");
    said.push("three");
    expect(await all(runtime.logs("dev", options))).toEqual(["one", "two", "three"]);
    expect(await all(runtime.logs("dev", { ...options, tail: 2 }))).toEqual(["two", "three"]);
  });
});
