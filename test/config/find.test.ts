// Where the crew file is looked for.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCrewFile } from "../../src/config/load.ts";
import { CrewError } from "../../src/errors.ts";

let top = "";

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "crew-find-")));
  mkdirSync(join(top, "repository/.git"), { recursive: true });
  mkdirSync(join(top, "repository/a/b"), { recursive: true });
});

afterEach(() => rmSync(top, { recursive: true, force: true }));

test("in the folder, then in those above it, crew.yaml before crew.yml", () => {
  const [a, b] = [join(top, "repository/a"), join(top, "repository/a/b")];
  writeFileSync(join(top, "repository/crew.yml"), "");
  expect(findCrewFile(b)).toBe(join(top, "repository/crew.yml"));
  writeFileSync(join(top, "repository/crew.yaml"), "");
  expect(findCrewFile(b)).toBe(join(top, "repository/crew.yaml"));
  mkdirSync(join(b, "crew.yaml"));
  writeFileSync(join(a, "crew.yaml"), "");
  expect(findCrewFile(b)).toBe(join(a, "crew.yaml"));
});

test("never above the repository's top or the home folder, and it says where it looked", () => {
  writeFileSync(join(top, "crew.yaml"), "");
  const search = () => findCrewFile(join(top, "repository/a"));
  expect(search).toThrow(CrewError);
  expect(search).toThrow(`No crew.yaml or crew.yml in ${top}/repository/a, ${top}/repository.`);
  mkdirSync(join(top, "home/x"), { recursive: true });
  const fromHome = () => findCrewFile(join(top, "home/x"), join(top, "home"));
  expect(fromHome).toThrow(`No crew.yaml or crew.yml in ${top}/home/x, ${top}/home.`);
});
