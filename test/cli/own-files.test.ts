// The files that a crew is read from are protected by their own names, whatever those are.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { protectingOwnFiles } from "../../src/cli/project/own-files.ts";
import { protectedBy } from "../../src/model/protected-paths.ts";
import { aCrew } from "../builders/crew.ts";

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "crew-own-"));
  mkdirSync(join(top, ".git"));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

test("a crew file of another name, what it includes and its variables; nothing beside the repository", () => {
  const file = join(top, "teams", "shop [1].yaml");
  const read = new Set([file, join(top, "teams", "common.yaml"), join(top, ".env"), join(top, "..", "elsewhere.env")]);
  const { protect } = protectingOwnFiles({ ...aCrew(), file, protect: ["docs/**"] }, read);
  const isProtected = protectedBy(protect);
  const paths = ["teams/shop [1].yaml", "teams/Common.yaml", ".env", "docs/a.md"];
  expect(paths.map(isProtected)).toEqual([true, true, true, true]);
  const others = ["shop [1].yaml", "teams/shop 1.yaml", "common.yaml", "elsewhere.env", "teams/.env"];
  expect(others.map(isProtected)).toEqual([false, false, false, false, false]);
});

test("what a link leads to, and each link on the way there", () => {
  for (const folder of ["presets", "tools", "elsewhere"]) mkdirSync(join(top, folder));
  writeFileSync(join(top, "tools/agent.yaml"), "");
  symlinkSync(join(top, "tools"), join(top, "elsewhere/team"));
  symlinkSync("../elsewhere/team/agent.yaml", join(top, "presets/mine.yaml"));
  symlinkSync("lost.env", join(top, "lost.env"));
  symlinkSync(tmpdir(), join(top, "outside"));
  symlinkSync(top, join(top, "again"));
  const names = ["presets/mine.yaml", "lost.env", "outside/other.yaml"].map((name) => join(top, "again", name));
  const { protect } = protectingOwnFiles({ ...aCrew(), file: join(top, "again/crew.yaml") }, new Set(names));
  const isProtected = protectedBy(protect);
  const paths = [
    "presets/mine.yaml",
    "elsewhere/team",
    "tools/agent.yaml",
    "lost.env",
    "outside",
    "again",
    "crew.yaml",
  ];
  expect(paths.filter((path) => !isProtected(path))).toEqual([]);
  expect(["tools/other.yaml", "presets", "other.yaml", "elsewhere"].filter(isProtected)).toEqual([]);
});

test("outside any repository the crew is as it was", () => {
  rmSync(join(top, ".git"), { recursive: true });
  const crew = { ...aCrew(), file: join(top, "crew.yaml") };
  expect(protectingOwnFiles(crew, new Set())).toBe(crew);
});
