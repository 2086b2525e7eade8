// What tells one repository from another: kept from command to command, another one for each clone, copy and machine, and for
// a repository of an older crew what that one knew it by.
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repositoryId, sealKey } from "../../src/repository/repository-id.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "crew-id-")));
  mkdirSync(join(root, "a"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string) => ({ commonDir: join(root, name) });
const pathAlone = (name: string) => createHash("sha256").update(join(root, name)).digest("hex").slice(0, 16);

test("it stays, whoever asks", () => {
  const id = repositoryId(at("a"), "1-a");
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect([repositoryId(at("a"), "2-b"), repositoryId(at("a"), "3-c")]).toEqual([id, id]);
  expect(readdirSync(join(root, "a"))).toEqual(["crew.id"]);
});

test("the key of what nobody is to guess stays with it, and is another one for each clone", () => {
  for (const name of ["a", "b"]) {
    mkdirSync(join(root, name), { recursive: true });
    repositoryId(at(name), "1-a");
  }
  expect(sealKey(at("a"), "1-a")).toMatch(/^[0-9a-f]{64}$/);
  expect(sealKey(at("a"), "1-a")).toBe(sealKey(at("a"), "1-a"));
  expect(sealKey(at("b"), "1-a")).not.toBe(sealKey(at("a"), "1-a"));
  const [key, id] = [sealKey(at("a"), "1-a"), repositoryId(at("a"), "1-a")];
  rmSync(join(root, "a", "crew.id"));
  repositoryId(at("a"), "1-a");
  expect([sealKey(at("a"), "1-a") === key, repositoryId(at("a"), "1-a") === id]).toEqual([false, false]);
});

test("where an older crew made the place, the key has a word of its own, for its owner alone", () => {
  mkdirSync(join(root, "a/crew/git"), { recursive: true });
  writeFileSync(join(root, "a/crew/git/HEAD"), "");
  expect(repositoryId(at("a"), "1-a")).toBe(pathAlone("a"));
  const key = sealKey(at("a"), "1-a");
  expect([sealKey(at("a"), "2-b"), sealKey(at("a"), "3-c")]).toEqual([key, key]);
  const file = join(root, "a/crew.key");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(file);
  expect(sealKey(at("a"), "1-a")).not.toBe(key);
});

test("the same place on another machine is another one", () => {
  const here = repositoryId(at("a"), "1-a");
  renameSync(join(root, "a"), join(root, "elsewhere"));
  mkdirSync(join(root, "a"));
  expect(repositoryId(at("a"), "1-a")).not.toBe(here);
});

test("a copy at another place is another one", () => {
  const original = repositoryId(at("a"), "1-a");
  cpSync(join(root, "a"), join(root, "b"), { recursive: true });
  expect(repositoryId(at("b"), "1-a")).not.toBe(original);
});

test("one that is moved away and back is the same", () => {
  const id = repositoryId(at("a"), "1-a");
  renameSync(join(root, "a"), join(root, "b"));
  expect(repositoryId(at("b"), "1-a")).not.toBe(id);
  renameSync(join(root, "b"), join(root, "a"));
  expect(repositoryId(at("a"), "1-a")).toBe(id);
});

test("what an older crew made is found by the place alone, also once its working folder is gone", () => {
  mkdirSync(join(root, "a/crew/git"), { recursive: true });
  writeFileSync(join(root, "a/crew/git/HEAD"), "ref: refs/heads/none\n");
  expect(repositoryId(at("a"), "1-a")).toBe(pathAlone("a"));
  rmSync(join(root, "a/crew"), { recursive: true });
  expect(repositoryId(at("a"), "1-a")).toBe(pathAlone("a"));
});

test("crew's working folder may go: what runs is this repository's all the same", () => {
  const id = repositoryId(at("a"), "1-a");
  mkdirSync(join(root, "a/crew/git"), { recursive: true });
  rmSync(join(root, "a/crew"), { recursive: true });
  expect(repositoryId(at("a"), "1-a")).toBe(id);
});

test("whoever comes second takes the word of the first", () => {
  writeFileSync(join(root, "a/crew.id"), "word\n");
  const id = createHash("sha256")
    .update(`${join(root, "a")}\0word`)
    .digest("hex")
    .slice(0, 16);
  expect(repositoryId(at("a"), "1-a")).toBe(id);
});

test("a word that cannot be read is not replaced by another", () => {
  mkdirSync(join(root, "a/crew.id"));
  expect(() => repositoryId(at("a"), "1-a")).toThrow();
});
