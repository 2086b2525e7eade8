// What a tar archive that somebody made to do harm comes to: the same archives do their harm where tar unpacks them unprotected.
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { unpack } from "../../src/runtimes/tar/unpack.ts";

type Item = Parameters<ReturnType<typeof pack>["entry"]>[0];

let top: string;
let root: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "crew-unpack-"));
  root = join(top, "a/b/root");
  mkdirSync(root, { recursive: true });
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

async function archiveOf(...items: readonly Item[]): Promise<Buffer> {
  const archive = pack();
  for (const item of items) archive.entry(item, item.type === undefined ? "x" : "");
  archive.finalize();
  return await buffer(Readable.from(archive, { objectMode: false }));
}

const link = (name: string, linkname: string): Item => ({ name, type: "symlink", linkname });

test("names that lead out are left out, and tar itself would have followed them", async () => {
  const archive = await archiveOf({ name: "d/../../out" }, { name: "fine" }, { name: `${top}/absolute` });
  execFileSync("tar", ["xPf", "-", "-C", root], { input: archive });
  expect([existsSync(join(top, "absolute")), existsSync(join(top, "a/b/out"))]).toEqual([true, true]);
  rmSync(join(top, "absolute"));
  rmSync(join(top, "a/b/out"));
  expect(await unpack(Readable.from([archive]), { root, strip: 0 })).toEqual([
    "d/../../out: its name leads out of the archive",
    `${top}/absolute: its name leads out of the archive`,
  ]);
  expect([existsSync(join(top, "absolute")), existsSync(join(top, "a/b/out"))]).toEqual([false, false]);
  expect(readFileSync(join(root, "fine"), "utf8")).toBe("x");
});

test("nothing is written through a link, and no link, however it is built up, leads out", async () => {
  writeFileSync(join(top, "victim"), "mine");
  const archive = await archiveOf(
    ...[link("up", ".."), link("abs", top), link("here", "."), { name: "here/through" }],
    ...[link("d/e/x", "../.."), link("y", "d/e/x/.."), link("d/e/y", "x/../.."), link("file", "d/e"), { name: "file" }],
    ...[{ name: "hard", type: "link", linkname: "../../../victim" } as const],
    ...[
      { name: "node", type: "character-device", devmajor: 1, devminor: 3 } as const,
      { name: "pipe", type: "fifo" } as const,
    ],
  );
  const left = await unpack(Readable.from([archive]), { root, strip: 0 });
  expect(left).toEqual([
    "up: it is a link that leads out, to ..",
    `abs: it is a link that leads out, to ${top}`,
    "here/through: what is to hold it is no folder",
    "y: it is a link that leads out, to d/e/x/..",
    "d/e/y: it is a link that leads out, to x/../..",
    "hard: it is a link to what is not in the archive",
    "node: it is a character-device",
    "pipe: it is a fifo",
  ]);
  expect(lstatSync(join(root, "file")).isFile()).toBe(true);
  expect(readFileSync(join(top, "victim"), "utf8")).toBe("mine");
});

test("a hard link within is a file, a folder that may not be written in is filled, setuid is gone", async () => {
  const archive = await archiveOf(
    ...[{ name: "r/", type: "directory", mode: 0o555 } as const, { name: "r/run", mode: 0o6755 }],
    ...[{ name: "r/again", type: "link", linkname: "r/run" } as const],
  );
  expect(await unpack(Readable.from([archive]), { root: join(top, "new"), strip: 1 })).toEqual([]);
  const modes = ["", "run", "again"].map((name) => (lstatSync(join(top, "new", name)).mode & 0o7777).toString(8));
  expect(modes).toEqual(["555", "755", "755"]);
  expect(await unpack(Readable.from([archive.subarray(0, 700)]), { root, strip: 0 }).catch(() => "broken off")).toBe(
    "broken off",
  );
});
