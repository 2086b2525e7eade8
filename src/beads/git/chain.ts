// The commit chain at `refs/crew/beads`: read its newest file, append one commit by compare-and-swap. Knows no bead.
import { CrewError } from "../../errors.ts";
import type { Oid } from "../../model/names.ts";
import type { GitResult, GitRunner } from "../../ports/git.ts";

export const chainRef = "refs/crew/beads";
export const chainFile = "issues.jsonl";

/** Where the chain stands; undefined when there is none yet. One git process. */
export async function readHead(git: GitRunner): Promise<Oid | undefined> {
  const result = await git.run(["cat-file", "--batch-check"], { stdin: `${chainRef}\n` });
  return headIn(must(result, `read ${chainRef}`).trim());
}

export interface Head {
  readonly head: Oid;
  /** At least as new as the head: whoever writes from it finds that another writer was faster. */
  readonly file: string;
}

/** Where the chain stands, and the file there; undefined when there is none yet. One git process. */
export async function readChain(git: GitRunner): Promise<Head | undefined> {
  const stdin = `info ${chainRef}\ncontents ${chainRef}:${chainFile}\n`;
  const result = await git.run(["cat-file", "--batch-command"], { stdin, maxOutputBytes: fileLimitBytes });
  const said = must(result, `read ${chainRef}`);
  const [ofCommit = "", ofFile = ""] = said.split("\n", 2);
  const head = headIn(ofCommit);
  if (head === undefined) return undefined;
  if (!/ blob \d+$/.test(ofFile)) throw broken(`${chainRef} holds no ${chainFile}.`);
  return { head, file: said.slice(ofCommit.length + ofFile.length + 2, -1) };
}

/** `line`: what git says of the ref. */
function headIn(line: string): Oid | undefined {
  const [oid, type] = line.split(" ");
  if (type === "missing") return undefined;
  if (type === "commit" && oid) return oid;
  throw broken(`${chainRef} is no commit but a ${type}.`);
}

export interface NewCommit {
  readonly file: string;
  readonly message: string;
  readonly author: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export interface Appended {
  /** The new commit. */
  readonly oid: Oid;
  /** False: another writer was faster, and the chain does not hold the commit. */
  readonly won: boolean;
}

/** Compare-and-swap: `head` is what the file was made from. Four git processes. */
export async function append(git: GitRunner, head: Oid | undefined, commit: NewCommit): Promise<Appended> {
  const written = await git.run(["hash-object", "-w", "--stdin"], { stdin: commit.file });
  const blob = must(written, "store the beads").trim();
  const tree = must(await git.run(["mktree"], { stdin: `100644 blob ${blob}\t${chainFile}\n` }), "store a tree").trim();
  const parents = head === undefined ? [] : ["-p", head];
  const committed = await git.run(["commit-tree", tree, ...parents, "-F", "-"], {
    stdin: `${commit.message}\n`,
    env: identity(commit),
  });
  const oid = must(committed, "store a commit").trim();
  const expected = head ?? "0".repeat(oid.length);
  const moved = await git.run(["update-ref", "--no-deref", chainRef, oid, expected]);
  if (moved.exitCode === 0) return { oid, won: true };
  if ((await readHead(git)) !== head) return { oid, won: false };
  // Nobody moved it: git itself refuses, most likely over a lock file that a killed git left behind.
  throw new CrewError("failed", `Cannot write beads: ${lastLine(moved.stderr)}`, {
    at: chainRef,
    hint: "If no other git command is running, remove the .lock file that it names, and run the same command again.",
  });
}

/** A file of a million beads would still fit. */
const fileLimitBytes = 1024 * 1024 * 1024;

function identity(commit: NewCommit): Record<string, string> {
  // git drops these from a name by itself, and takes no empty one.
  const name = commit.author.replace(/[<>\n]/g, "").trim() || "crew";
  const date = `@${Math.floor(commit.atMs / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}

const email = "crew@crew.invalid";

function must(result: GitResult, what: string): string {
  if (result.exitCode === 0) return result.stdout;
  throw new CrewError("failed", `git could not ${what}: ${lastLine(result.stderr)}`, {
    at: chainRef,
    hint: "Run git fsck to see whether the repository is whole.",
  });
}

function broken(message: string): CrewError {
  return new CrewError("failed", message, {
    at: chainRef,
    hint: `See git log -p ${chainRef}; move it back to a good commit with git update-ref.`,
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
