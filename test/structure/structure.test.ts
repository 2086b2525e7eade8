// The structure of src, and for each of its rules a sample that breaks it: a rule that cannot fail proves nothing.
import { expect, test } from "vitest";
import * as rules from "./rules.ts";
import { readSources, sourceFile } from "./source.ts";

const sources = readSources();
const sample = (path: string, ...lines: readonly string[]) => sourceFile(path, `// Purpose.\n${lines.join("\n")}\n`);

test("there is something to check", () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.flatMap((file) => file.imports).length).toBeGreaterThan(20);
});

test.each(Object.entries(rules))("src keeps: %s", (_, rule) => {
  expect(rule(sources)).toEqual([]);
});

test("every form of import is seen", () => {
  const file = sample(
    "src/cli/a.ts",
    'import { a } from "./a1.ts";',
    'import type { b } from "./a2.ts";',
    'import "./a3.ts";',
    'export { c } from "./a4.ts";',
    'export * from "../plan/a5.ts";',
    'const d = await import("./a6.ts");',
    'type E = import("./a7.ts").E;',
    'const f = require("./a8.ts");',
    "// import './no.ts'",
    "const text = 'import \"./no.ts\"';",
  );
  expect(file.imports.map((each) => `${each.line} ${each.file}`)).toEqual([
    "2 src/cli/a1.ts",
    "3 src/cli/a2.ts",
    "4 src/cli/a3.ts",
    "5 src/cli/a4.ts",
    "6 src/plan/a5.ts",
    "7 src/cli/a6.ts",
    "8 src/cli/a7.ts",
    "9 src/cli/a8.ts",
  ]);
});

test("dependencyDirection fails", () => {
  const files = [
    sample("src/plan/a.ts", 'import type { A } from "../execute/a.ts";', 'import { B } from "../merge/b.ts";'),
    sample("src/model/a.ts", 'import { CrewError } from "../errors.ts";', 'import { x } from "../plan/a.ts";'),
    sample("src/beads/git/a.ts", 'import { git } from "../../repository/git.ts";'),
    sample("src/config/a.ts", 'await import("../cli/a.ts");'),
    sample("src/new/a.ts"),
  ];
  expect(rules.dependencyDirection(files)).toEqual([
    "src/plan/a.ts:2: plan must not import execute (../execute/a.ts)",
    "src/model/a.ts:3: model must not import plan (../plan/a.ts)",
    "src/beads/git/a.ts:2: beads must not import repository (../../repository/git.ts)",
    "src/config/a.ts:2: config must not import cli (../cli/a.ts)",
    "src/new/a.ts: the folder new has no place in the order of folders",
  ]);
});

test("librariesAtHome fails", () => {
  const files = [
    sample("src/cli/a.ts", 'import yaml from "yaml";', 'import { Command } from "commander";', 'import "node:fs";'),
    sample("src/repository/a.ts", 'import { x } from "@scope/name/deep";', 'import "simple-git";'),
    sample("src/runtimes/docker/deep/a.ts", 'import type Docker from "dockerode";'),
    sample("src/runtimes/process/a.ts", 'import type Docker from "dockerode";'),
  ];
  expect(rules.librariesAtHome(files)).toEqual([
    "src/cli/a.ts:2: yaml belongs into config",
    "src/repository/a.ts:2: @scope/name is no library of crew's",
    "src/runtimes/process/a.ts:2: dockerode belongs into runtimes/docker",
  ]);
});

test("loadedLate fails", () => {
  const lines = [
    'import Docker from "dockerode";',
    'import type { Container } from "dockerode";',
    'const d = await import("dockerode");',
    'type E = import("dockerode").Exec;',
    'export * from "dockerode/lib/exec.js";',
    'import { type Image } from "dockerode";',
  ];
  expect(rules.loadedLate([sample("src/runtimes/docker/a.ts", ...lines)])).toEqual([
    "src/runtimes/docker/a.ts:2: dockerode is loaded only when it is needed: await import()",
    "src/runtimes/docker/a.ts:6: dockerode/lib/exec.js is loaded only when it is needed: await import()",
    "src/runtimes/docker/a.ts:7: dockerode is loaded only when it is needed: await import()",
  ]);
});

test("purity fails", () => {
  const files = [
    sample("src/model/a.ts", 'import { createHash } from "node:crypto";', 'import { join } from "path";'),
    sample("src/plan/a.ts", 'import { createHash } from "node:crypto";', "process.cwd();", "fetch('x');"),
    sample("src/merge/a.ts", "export const f = (process: string) => process;", "export const x = { fetch: 1 };"),
    sample("src/cli/a.ts", 'import { readFileSync } from "node:fs";'),
  ];
  expect(rules.purity(files)).toEqual([
    "src/model/a.ts:3: pure code must not import path",
    "src/plan/a.ts:2: pure code must not import node:crypto",
    "src/plan/a.ts:3: process in pure code",
    "src/plan/a.ts:4: fetch in pure code",
  ]);
});

test("effectsAtTheEdge fails", () => {
  const lines = [
    "process.exit(1);",
    "console.log(process.env.HOME);",
    "const now = Date.now() + Math.random();",
    "const then = new Date(), other = new Date(now);",
    "setTimeout(() => {}, 1);",
  ];
  const at = (path: string) => rules.effectsAtTheEdge([sample(path, ...lines)]);
  expect(at("src/plan/a.ts")).toEqual([
    "src/plan/a.ts:2: process.exit",
    "src/plan/a.ts:3: console",
    "src/plan/a.ts:3: process.env",
    "src/plan/a.ts:4: Date.now",
    "src/plan/a.ts:4: Math.random",
    "src/plan/a.ts:5: new Date()",
    "src/plan/a.ts:6: setTimeout",
  ]);
  expect(at("src/ui/deep/a.ts")).toEqual([]);
  expect(at("src/main.ts")).toEqual([]);
  expect(at("src/execute/clock.ts")).toEqual([]);
  expect(at("src/execute/clock.ts.ts")).toHaveLength(7);
  expect(at("src/program.ts")).toHaveLength(6);
});

test("noCycles fails", () => {
  const files = [
    sample("src/plan/a.ts", 'import "./b.ts";'),
    sample("src/plan/b.ts", 'import type { C } from "./c.ts";'),
    sample("src/plan/c.ts", 'import "./a.ts";', 'import "./d.ts";'),
    sample("src/plan/d.ts"),
  ];
  expect(rules.noCycles(files)).toEqual(["src/plan/a.ts → src/plan/b.ts → src/plan/c.ts → src/plan/a.ts"]);
  expect(rules.noCycles(files.slice(0, 2))).toEqual([]);
  const lazy = sample("src/plan/c.ts", 'await import("./a.ts");');
  expect(rules.noCycles([...files.slice(0, 2), lazy])).toEqual([]);
});

test("smallFiles, purposeFirst and namedForItsIdea fail", () => {
  const long = sample("src/plan/long.ts", ...Array.from({ length: 250 }, () => "//"));
  expect(rules.smallFiles([long])).toEqual(["src/plan/long.ts: 251 lines; look for the second idea"]);
  expect(rules.smallFiles([sample("src/plan/a.ts", ...Array.from({ length: 249 }, () => "//"))])).toEqual([]);
  expect(rules.purposeFirst([sourceFile("src/a.ts", 'import "x";\n')])).toEqual([
    "src/a.ts:1: says not what the file is for",
  ]);
  expect(rules.namedForItsIdea([sample("src/plan/gate-utils.ts"), sample("src/common/a.ts")])).toEqual([
    'src/plan/gate-utils.ts: "utils" says nothing about what is in it',
    'src/common/a.ts: "common" says nothing about what is in it',
  ]);
});
