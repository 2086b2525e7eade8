// crew import by the real program: what it writes, where, and what it leaves alone.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const sample = readFileSync(join(import.meta.dirname, "..", "config", "samples", "compose.agents.yml"), "utf8");

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function opened(files: Readonly<Record<string, string>>): Bench {
  const bench = aBench(files);
  open.push(bench);
  return bench;
}

test("a compose file becomes a crew.yaml that crew config takes, and what is there is not written over", async () => {
  const made = opened({ "compose.agents.yml": sample, ".env": "API_URL=http://x\n" });
  const args = ["import", "compose.agents.yml", "--role", "backend=feature/b", "--role", "frontend=feature/f"];
  const first = await made.crew(args);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toBe("");
  expect(first.stderr).toContain("compose.agents.yml:36:9  volumes[5]  refused: whoever has the engine's socket");
  expect(first.stderr).not.toContain(".env");
  expect(first.stderr).toContain("Wrote crew.yaml: 2 roles: backend, frontend.\n");
  made.write("agents/note", "");
  const elsewhere = await made.crew([...args, "-o", "agents/crew.yaml"]);
  expect(elsewhere.stderr).toContain("! API_URL: crew reads .env beside the crew file. Copy .env there\n");
  const config = await made.crew(["config", "--format", "json"]);
  expect(config.code, config.stderr).toBe(0);
  const { roles } = JSON.parse(config.stdout) as { readonly roles: Record<string, { readonly branch: string }> };
  expect(Object.entries(roles).map(([name, { branch }]) => `${name} ${branch}`)).toEqual([
    "backend feature/b",
    "frontend feature/f",
  ]);
  const path = join(made.repository, "crew.yaml");
  const written = readFileSync(path, "utf8");
  made.write("crew.yaml", "# mine\n");
  const again = await made.crew(args);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(`${path} is there already. Nothing was written.`);
  expect(readFileSync(path, "utf8")).toBe("# mine\n");
  const printed = await made.crew([...args, "--dry-run"]);
  expect([printed.code, printed.stdout]).toEqual([0, written]);
  expect(printed.stderr).toContain("Not written: 2 roles");
  expect((await made.crew([...args, "-o", "-"])).stdout).toBe(written);
  expect(readFileSync(path, "utf8")).toBe("# mine\n");
  expect((await made.crew([...args, "--force"])).code).toBe(0);
  expect(readFileSync(path, "utf8")).toBe(written);
});

test("it reads stdin, writes elsewhere, and says what it cannot do without a file", async () => {
  const made = opened({ "agents/compose.yml": "services: {agent: {build: ., environment: [AGENT_ID]}}\n" });
  const under = ["sh", "-c", 'exec "$@" < agents/compose.yml', "sh"];
  const piped = await made.crew(["import", "-", "-o", "other.yaml", "--epic", "Sign-in"], { under });
  expect(piped.code, piped.stderr).toBe(0);
  expect((await made.crew(["config", "-q", "--file", "other.yaml"])).code).toBe(0);
  expect((await made.crew(["import", "agents/compose.yml"])).code).toBe(0);
  expect(readFileSync(join(made.repository, "crew.yaml"), "utf8")).toContain("  build: ./agents\n");
  const absent = await made.crew(["import", "no.yml", "--force"]);
  expect([absent.code, absent.stderr]).toEqual([1, `! There is no ${join(made.repository, "no.yml")}.\n`]);
  const twice = await made.crew(["import", "agents/compose.yml", "--role", "a=b", "--role", "a=c"]);
  expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining("a is given twice.")]);
  const nowhere = await made.crew(["import", "agents/compose.yml", "-o", "no/such/crew.yaml"]);
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("crew.yaml cannot be written: ENOENT")]);
});

test("a file with mistakes is refused with all of them, and nothing is written", async () => {
  const made = opened({ "compose.yml": "services:\n  agent:\n    cpus: many\n    mem_limit: lots\n    include: x\n" });
  const { code, stderr } = await made.crew(["import", "compose.yml"]);
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^! compose\.yml:3:11 .*many.*[\s\S]*compose\.yml:4:16 .*lots[\s\S]*2 problems\. Nothing was done\.\n$/,
  );
  expect(existsSync(join(made.repository, "crew.yaml"))).toBe(false);
});
