// The files that a crew is read from are protected by their own names, whatever those are.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
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

test("outside any repository the crew is as it was", () => {
  rmSync(join(top, ".git"), { recursive: true });
  const crew = { ...aCrew(), file: join(top, "crew.yaml") };
  expect(protectingOwnFiles(crew, new Set())).toBe(crew);
});
