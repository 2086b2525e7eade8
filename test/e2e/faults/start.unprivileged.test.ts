// Where it starts: folders that may not be written. Root writes everywhere, so these run as somebody else.
import { chmodSync, lchownSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import { type Fault, faults } from "./fault.ts";

/** Nobody. A test that is no root runs as itself. */
const user = process.getuid?.() === 0 ? { uid: 65_534 } : {};

const rows: readonly Fault[] = [
  {
    name: "a git directory that may not be written",
    meet: (bench) => locked(bench, ".git", () => bench.crew(["up", "--wait"], user)),
    exit: 5,
    says: `
! crew keeps its records in the git directory, and it cannot be written: EACCES: permission denied, access '<root>/repo/.git'
  Make it writable for you, or clone the repository elsewhere: git clone <root>/repo
`,
    afterwards: (bench) => expect(bench.git("for-each-ref", "refs/crew")).toBe(""),
  },
  {
    name: "a git directory that may not be written any more: looking goes on, working is refused",
    meet: async (bench) => {
      await locked(bench, "", async () => {
        const up = await bench.crew(["up", "--wait"], user);
        expect(up.code, up.stderr).toBe(0);
      });
      return await locked(bench, ".git", async () => {
        const status = await bench.crew(["status", "--format", "json"], user);
        expect(status.code, status.stderr).toBe(0);
        return bench.crew(["up", "--wait"], user);
      });
    },
    exit: 5,
    says: `
! crew keeps its records in the git directory, and it cannot be written: EACCES: permission denied, access '<root>/repo/.git'
  Make it writable for you, or clone the repository elsewhere: git clone <root>/repo
`,
  },
  {
    name: "a state directory that may not be written",
    prepare: (bench) => void mkdirSync(bench.state),
    meet: (bench) => locked(bench, "../state", () => bench.crew(["up", "--wait"], user)),
    exit: 5,
    says: `
! Instances need a folder for their files, and it cannot be written: EACCES: permission denied, mkdir '<root>/state/crew'
  Make it writable, or name another place: export XDG_STATE_HOME=<folder>
`,
    afterwards: (bench) => expect(bench.git("for-each-ref", "refs/crew")).toBe(""),
  },
];

describe("where it starts: folders that may not be written", () => faults(rows));

/** All of the bench is that user's meanwhile, and the folder (none for "") not to be written. */
async function locked<T>(bench: Bench, folder: string, work: () => Promise<T>): Promise<T> {
  const root = join(bench.repository, "..");
  if (user.uid !== undefined) give(root, user.uid);
  const folders = folder === "" ? [] : [...below(join(bench.repository, folder))].filter(isFolder);
  for (const path of folders) chmodSync(path, 0o555);
  try {
    return await work();
  } finally {
    for (const path of folders) chmodSync(path, 0o755);
    if (user.uid !== undefined) give(root, 0);
  }
}

function give(folder: string, uid: number): void {
  for (const path of below(folder)) lchownSync(path, uid, uid);
}

function isFolder(path: string): boolean {
  return lstatSync(path).isDirectory();
}

function* below(path: string): Generator<string> {
  yield path;
  if (isFolder(path)) for (const name of readdirSync(path)) yield* below(join(path, name));
}
