// The script that README.md names for the images of the tests with an engine: what is there already is left alone.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const top = join(import.meta.dirname, "..", "..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-images-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { cwd: top, encoding: "utf8", stdio: "pipe" });

test("the images are made once", () => {
  const [, script = ""] = /`sudo -E (\S+) \S+`/.exec(readFileSync(join(top, "README.md"), "utf8")) ?? [];
  expect(run(script, folder)).toBe("");
  expect(readdirSync(folder)).toEqual([]);
});

test("an engine that lacks an image, or is none, is an error", () => {
  const engine = (...args: readonly string[]) => run(process.execPath, "scripts/engine.mjs", ...args);
  expect(engine("has", "crew-test-tiny:busybox")).toBe("");
  expect(() => engine("has", "crew-test-tiny:busybox", "crew-test-none:1")).toThrow("No such image: crew-test-none:1");
  const broken = join(folder, "broken.tar");
  writeFileSync(broken, "no archive ".repeat(100));
  expect(() => engine("import", "crew-test-broken:1", broken)).toThrow(/engine.mjs import: /);
  expect(() => engine("has", "crew-test-broken:1")).toThrow("No such image: crew-test-broken:1");
});
