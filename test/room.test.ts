// When a disk counts as full.
import { expect, test } from "vitest";
import { leavesRoom } from "../src/room.ts";

const disk = { type: 0, bsize: 4096, blocks: 100_000, bfree: 50_000, bavail: 50_000, files: 1_000, ffree: 500 };

test.each([
  ["with blocks and files to be had", {}, 0, true],
  ["without a free inode", { ffree: 0 }, 0, false],
  ["that knows no number of files", { files: 0, ffree: 0 }, 0, true],
  ["without a free block", { bfree: 0, bavail: 0 }, 0, false],
  ["with less than is to be written", {}, 300_000_000, false],
  ["without a limit of its own", { blocks: 0, bfree: 0, bavail: 0 }, 0, true],
])("a disk %s", (_what, own, more, expected) => {
  expect(leavesRoom({ ...disk, ...own }, more)).toBe(expected);
});
