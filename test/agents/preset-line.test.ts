// The shell text that runs a preset's program, by what the program is given of it.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine, recordLine } from "../../src/agents/preset-line.ts";

const preset: Preset = {
  name: "mine",
  program: "printf",
  first: ["printf", "%s\\n", "{options}"],
  resume: ["printf", "%s\\n", "{options}", "{session}"],
  ...{ options: {}, environment: {}, credentials: [], reader: "" },
};

/** Its words, by a shell that has these variables. */
function given(over: Partial<Preset>, environment: Readonly<Record<string, string>>, model?: string): string[] {
  const agent = { maxAttempts: 1, turnTimeoutMs: 1, ...(model !== undefined && { model }) };
  const { stdout, stderr } = spawnSync("sh", ["-c", presetLine({ ...preset, ...over }, agent)], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...environment },
  });
  expect(stderr).toBe("");
  return stdout.trimEnd().split("\n");
}

test("a value stands wherever its word says so: once or more, also right before a letter", () => {
  const variables = { REGION: ["--host={value}api.{value}", "{ZONE:-none}_{value}_"] };
  expect(given({ variables }, { REGION: "eu", REGIONapi: "wrong" })).toEqual(["--host=euapi.eu", "none_eu_"]);
  const options = { model: ["--model={value}", "--small={value}-mini", "{value}{value}"] };
  expect(given({ options }, {}, "a $& b")).toEqual(["--model=a $& b", "--small=a $& b-mini", "a $& ba $& b"]);
});

test("words by which it would hear a person give way to words of the same key", () => {
  const tell = ["--settings", '{"hooks":"a=b"}', "-c", "hooks.After=[1]"];
  const first = ["printf", "%s\\n", "{options}"];
  expect(given({ tell }, {})).toEqual(tell);
  for (const own of [["--settings", "mine"], ["--settings=mine"], ["-c", "hooks.After=2"]]) {
    expect(given({ tell, first: [...first, ...own] }, {})).toEqual(own);
  }
  expect(given({ tell, options: { model: ["--settings", "{value}"] } }, {}, "mine")).toEqual(["--settings", "mine"]);
  expect(given({ tell, first: [...first, "-c", "other=2"] }, {})).toEqual([...tell, "-c", "other=2"]);
});

test("words that a file of the role's says by itself are left out, and what it says in a table of its own counts for nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "crew-preset-line-"));
  try {
    const path = join(folder, "config.toml");
    const said = {
      variables: { KEY: ["--key={value}"], ZONE: ["--zone={value}"] },
      saidIn: { KEY: { path: "{PLACE:-none}/config.toml", line: "^provider *=" } },
    };
    const asked = () => given(said, { KEY: "k", ZONE: "z", PLACE: folder });
    expect(asked()).toEqual(["--key=k", "--zone=z"]);
    writeFileSync(path, "a = 1\n[profiles.other]\nprovider = 'other'\n");
    expect(asked()).toEqual(["--key=k", "--zone=z"]);
    writeFileSync(path, "a = 1\nprovider = 'ours'\n[profiles.other]\n");
    expect(asked()).toEqual(["--zone=z"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the files of its record are those that its pattern finds where its variables, or what holds without them, say", () => {
  const root = mkdtempSync(join(tmpdir(), "crew preset $line-"));
  try {
    for (const home of ["a", "b"]) {
      mkdirSync(join(root, home, "of it/1"), { recursive: true });
      writeFileSync(join(root, home, "of it/1/x y.jsonl"), "");
      writeFileSync(join(root, home, "of it/1/x.json"), "");
    }
    const found = (environment: Preset["environment"], variables: Readonly<Record<string, string>>) => {
      const record = "{PLACE:-$HOME/a}/of it/*/x*.jsonl";
      const line = recordLine({ ...preset, environment, record });
      const env = { PATH: process.env.PATH, HOME: root, ...variables };
      return spawnSync("sh", ["-c", `${line}; printf '%s\\n' "$@"`], { encoding: "utf8", env }).stdout.trimEnd();
    };
    expect(found({}, {})).toBe(join(root, "a/of it/1/x y.jsonl"));
    expect(found({}, { PLACE: join(root, "b") })).toBe(join(root, "b/of it/1/x y.jsonl"));
    expect(found({ PLACE: join(root, "b"), OTHER: "a\nb" }, {})).toBe(join(root, "b/of it/1/x y.jsonl"));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
