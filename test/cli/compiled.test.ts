// What V8 made of the program is kept for the next command, and never trusted further than it is crew's own, for this very code.
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadCompiled } from "../../src/cli/compiled.ts";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "crew-compiled-"));
  folder = join(root, "cache", "crew");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A program that says a digit. */
function load(says = 1, kept: string | undefined = folder) {
  const path = join(root, "program.cjs");
  const padding = `// ${"x".repeat(20_000)}`;
  writeFileSync(
    path,
    `(function (exports, require) {\n${padding}\nconst { join } = require("node:path");\nexports.say = () => join("say", "${says}");\n})`,
  );
  return loadCompiled<{ say(): string }>(path, kept);
}

function run(command: string, says = 1): string {
  const { exports, keep } = load(says);
  const said = exports.say();
  keep(command);
  return said;
}

const names = () => readdirSync(folder);
const only = () => join(folder, names()[0] ?? "");

test("it is kept once for each command, for the person alone", () => {
  expect(run("up")).toBe("say/1");
  expect([statSync(folder).mode & 0o777, statSync(only()).mode & 0o777]).toEqual([0o700, 0o600]);
  const first = statSync(only()).ino;
  expect(run("up")).toBe("say/1");
  expect(statSync(only()).ino).toBe(first);
  run("ps");
  const second = statSync(only()).ino;
  expect(second).not.toBe(first);
  for (const command of ["up", "ps"]) expect(run(command)).toBe("say/1");
  expect(statSync(only()).ino).toBe(second);
  expect(names()).toHaveLength(1);
});

test("other code of the same length has its own", () => {
  run("up", 1);
  expect(run("up", 2)).toBe("say/2");
  expect(run("up", 1)).toBe("say/1");
  expect(names()).toHaveLength(2);
});

test("what was damaged, cut off, or can be written by others is not run, and is kept anew", () => {
  const harm = {
    damaged: () => {
      const bytes = readFileSync(only());
      bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
      writeFileSync(only(), bytes);
    },
    longer: () => appendFileSync(only(), "x"),
    short: () => writeFileSync(only(), "short"),
    empty: () => writeFileSync(only(), ""),
    "for all to write": () => chmodSync(only(), 0o622),
  };
  for (const [name, harms] of Object.entries(harm)) {
    run("up");
    const before = statSync(only()).ino;
    harms();
    expect(run("up"), name).toBe("say/1");
    expect(statSync(only()).ino, name).not.toBe(before);
    expect(statSync(only()).mode & 0o777, name).toBe(0o600);
  }
});

test("a folder that others can write into, or a link in the place of the file, is not trusted", () => {
  run("up");
  const [path, before] = [only(), statSync(only()).ino];
  chmodSync(folder, 0o777);
  expect(run("ps")).toBe("say/1");
  expect(statSync(path).ino).toBe(before);
  chmodSync(folder, 0o700);
  renameSync(path, join(root, "elsewhere"));
  symlinkSync(join(root, "elsewhere"), path);
  expect(run("up")).toBe("say/1");
  expect(lstatSync(path).isSymbolicLink()).toBe(false);
});

test("it runs where nothing can be kept", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  for (const nowhere of [undefined, join(file, "crew"), "/proc/crew"]) {
    const { exports, keep } = load(1, nowhere);
    keep("up");
    expect(exports.say()).toBe("say/1");
  }
});

test("what other versions left goes when newer has come, and nothing else", () => {
  mkdirSync(folder, { recursive: true });
  for (const [age, name] of [
    "a.compiled",
    "b.compiled",
    "c.compiled",
    "d.compiled.17",
    "e.compiled",
    "notes",
  ].entries()) {
    writeFileSync(join(folder, name), "");
    utimesSync(join(folder, name), 1_700_000_000 - age, 1_700_000_000 - age);
  }
  run("up");
  expect(
    names()
      .filter((name) => name.length < 20)
      .sort(),
  ).toEqual(["a.compiled", "b.compiled", "c.compiled", "notes"]);
});
