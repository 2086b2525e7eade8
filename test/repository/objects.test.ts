// Objects by id: what is read ahead is asked of git once, and only what is needed may not be missing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { crewEnvironment } from "../../src/repository/environment.ts";
import { type Git, gitAt } from "../../src/repository/git.ts";
import { objectReader, writeBlob } from "../../src/repository/objects.ts";

let folder: string;
let view: Git;
let asked: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-objects-"));
  const environment = { ...crewEnvironment(process.env.PATH ?? ""), GIT_DIR: folder };
  execFileSync("git", ["init", "-q", "--bare", folder], { env: environment });
  const git = gitAt({ cwd: folder, environment });
  asked = 0;
  view = {
    ...git,
    bytes: (...given) => {
      asked += 1;
      return git.bytes(...given);
    },
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const absent = "1".repeat(40);
const textOf = (objects: ReadonlyMap<string, { readonly content: Buffer }>) =>
  [...objects].map(([oid, { content }]) => [oid, `${content}`]);

test("what was read ahead is not asked for again, once", async () => {
  const [one, two, three] = await Promise.all(["one", "two", "three"].map((text) => writeBlob(view, text)));
  if (!one || !two || !three) throw new Error("nothing was written");
  asked = 0;
  const reader = objectReader(view);
  expect(textOf(await reader.read([one], [one, two, absent]))).toEqual([[one, "one"]]);
  expect(textOf(await reader.read([two, one]))).toEqual([
    [two, "two"],
    [one, "one"],
  ]);
  expect(asked).toBe(1);
  expect(textOf(await reader.read([three, two]))).toEqual([
    [three, "three"],
    [two, "two"],
  ]);
  expect(asked).toBe(2);
});

test("what is needed and missing is an error, before and after others", async () => {
  const one = await writeBlob(view, "one");
  const reader = objectReader(view);
  await expect(reader.read([one, absent])).rejects.toThrow(`Object ${absent} is missing from the repository.`);
  await expect(reader.read([absent, one], [one])).rejects.toThrow(`Object ${absent} is missing from the repository.`);
});
