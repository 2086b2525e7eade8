// Where the beads are, by the files that bd leaves: this work tree, the main one, BEADS_DIR, a redirect, a clone without any.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findWorkspace } from "../../../src/beads/bd/find-workspace.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "crew-find-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const find = (topLevel = "main", BEADS_DIR?: string) =>
  findWorkspace({
    cwd: join(root, topLevel),
    topLevel: join(root, topLevel),
    commonDir: join(root, "main", ".git"),
    environment: { BEADS_DIR },
  });
const put = (path: string, text = "") => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};
const at = (tree: string) => ({ root: join(root, tree), beadsDir: join(root, tree, ".beads") });

test("none at all", () => {
  expect(find()).toBeUndefined();
  put("main/.beads/README.md");
  expect(find()).toBeUndefined();
});

test.each(["beads.db", "embeddeddolt/shop/x", "dolt/x"])("a database: %s", (file) => {
  put(`main/.beads/${file}`);
  expect(find()).toEqual(at("main"));
});

test("a linked work tree has only what is committed: the main one's database counts, unless it has its own", () => {
  put("main/.beads/beads.db");
  put("linked/.beads/metadata.json", '{"dolt_mode": "embedded"}');
  expect(find("linked")).toEqual(at("main"));
  put("linked/.beads/beads.db");
  expect(find("linked")).toEqual(at("linked"));
});

test("beads that came with a clone, without a database, are told; kept by a server they are a workspace", () => {
  put("main/.beads/metadata.json", '{"dolt_mode": "embedded", "dolt_database": "shop"}');
  expect(() => find()).toThrow("This repository has beads, and no database of them was made here yet.");
  put("main/.beads/metadata.json", '{"dolt_mode": "server"}');
  expect(find()).toEqual(at("main"));
});

test("BEADS_DIR and a redirect name another folder; one that is no workspace is told", () => {
  put("main/.beads/beads.db");
  put("shared/.beads/beads.db");
  expect(find("main", "../shared/.beads")?.beadsDir).toBe(join(root, "shared/.beads"));
  expect(() => find("main", "/nowhere")).toThrow("BEADS_DIR names /nowhere, and there is no beads workspace.");
  put("main/.beads/redirect", "../shared/.beads\n");
  expect(find()?.beadsDir).toBe(join(root, "shared/.beads"));
});
