// Reads and writes git objects through crew's bare view. Knows no refs and no records; moves nothing.
import { createHash } from "node:crypto";
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Git } from "./git.ts";

export interface GitObject {
  readonly type: string;
  readonly content: Buffer;
}

export interface Commit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  /** Committer's date, seconds since the epoch. */
  readonly committedAt: number;
  readonly message: string;
}

/** Of a commit that crew writes itself: nothing in it depends on when or by whom it is written. */
export interface NewCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  /** Seconds since the epoch, for author and committer. */
  readonly date: number;
  /** Written as it stands; ends in a line break. */
  readonly message: string;
}

export interface ObjectReader {
  /**
   * Objects by id, in one process. A missing one is an error. `others`: will soon be asked for, if they are there; they are read
   * beside, and kept until then.
   */
  read(oids: Iterable<Oid>, others?: Iterable<Oid>): Promise<ReadonlyMap<Oid, GitObject>>;
  /** Commits by id; kept in memory, since they never change. */
  commits(oids: Iterable<Oid>): Promise<ReadonlyMap<Oid, Commit>>;
  commit(oid: Oid): Promise<Commit>;
  /** A commit that was just written need not be read. */
  remember(commit: Commit): void;
}

/** Commits kept at most; more are forgotten and read again. */
const keptCommits = 20_000;
/** Bytes at most of what was read before it is asked for. */
const aheadBytes = 1_048_576;

export function objectReader(view: Git): ObjectReader {
  const known = new Map<Oid, Commit>();
  const ahead = new Map<Oid, GitObject>();
  const read = async (oids: Iterable<Oid>, others: Iterable<Oid> = []): Promise<ReadonlyMap<Oid, GitObject>> => {
    const wanted = [...new Set(oids)];
    const missing = wanted.filter((oid) => !ahead.has(oid));
    const batch = await readBatch(view, [...new Set([...missing, ...others])]);
    const objects = new Map<Oid, GitObject>();
    for (const oid of wanted) {
      const object = ahead.get(oid) ?? batch.get(oid);
      if (!object) throw missingObject(oid);
      objects.set(oid, object);
      ahead.delete(oid);
    }
    keepAhead(ahead, batch, others);
    return objects;
  };
  const commits = async (oids: Iterable<Oid>): Promise<ReadonlyMap<Oid, Commit>> => {
    const result = new Map([...new Set(oids)].map((oid) => [oid, known.get(oid)]));
    const unknown = [...result].flatMap(([oid, commit]) => (commit ? [] : [oid]));
    if (known.size > keptCommits) known.clear();
    for (const [oid, object] of await read(unknown)) {
      const commit = parseCommit(oid, object);
      known.set(oid, commit);
      result.set(oid, commit);
    }
    return result as ReadonlyMap<Oid, Commit>;
  };
  const commit = async (oid: Oid): Promise<Commit> => (await commits([oid])).get(oid) as Commit;
  const remember = (written: Commit): void => void known.set(written.oid, written);
  return { read, commits, commit, remember };
}

function keepAhead(ahead: Map<Oid, GitObject>, batch: ReadonlyMap<Oid, GitObject>, others: Iterable<Oid>): void {
  let room = aheadBytes;
  for (const oid of others) {
    const object = batch.get(oid);
    room -= object?.content.length ?? 0;
    if (object && room > 0) ahead.set(oid, object);
  }
}

/** Without those that are missing. */
async function readBatch(view: Git, oids: readonly Oid[]): Promise<ReadonlyMap<Oid, GitObject>> {
  const objects = new Map<Oid, GitObject>();
  if (oids.length === 0) return objects;
  const output = await view.bytes(["cat-file", "--batch"], { stdin: `${oids.join("\n")}\n` });
  let at = 0;
  for (const oid of oids) {
    const lineEnd = output.indexOf(0x0a, at);
    const [, type = "", size = ""] = output.subarray(at, lineEnd).toString("latin1").split(" ");
    if (lineEnd < 0) throw missingObject(oid);
    if (size === "") {
      at = lineEnd + 1;
      continue;
    }
    const begin = lineEnd + 1;
    at = begin + Number(size) + 1;
    objects.set(oid, { type, content: output.subarray(begin, at - 1) });
  }
  return objects;
}

export function parseCommit(oid: Oid, object: GitObject): Commit {
  if (object.type !== "commit") throw new CrewError("failed", `${oid} is a ${object.type}, not a commit.`);
  const text = object.content.toString("utf8");
  const end = text.indexOf("\n\n");
  const header = (end < 0 ? text : text.slice(0, end)).split("\n");
  const valuesOf = (name: string) => header.flatMap((line) => (line.startsWith(name) ? [line.slice(name.length)] : []));
  const date = /> (\d+) [+-]\d{4}$/.exec(valuesOf("committer ")[0] ?? "")?.[1];
  return {
    oid,
    tree: valuesOf("tree ")[0] ?? "",
    parents: valuesOf("parent "),
    committedAt: Number(date ?? 0),
    message: end < 0 ? "" : text.slice(end + 2),
  };
}

/** Writes a commit of crew's own. The same input gives the same id. */
export async function writeCommit(view: Git, commit: NewCommit): Promise<Oid> {
  const parents = [...new Set(commit.parents)].flatMap((oid) => ["-p", oid]);
  const date = `@${commit.date} +0000`;
  const text = await view.text(["commit-tree", commit.tree, ...parents, "-F", "-"], {
    stdin: commit.message,
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  return text.trim();
}

export async function writeBlob(view: Git, content: string): Promise<Oid> {
  return (await view.text(["hash-object", "-w", "-t", "blob", "--stdin"], { stdin: content })).trim();
}

/** The id that git gives this content, without asking it. */
export function blobOid(content: string, format: "sha1" | "sha256"): Oid {
  const bytes = Buffer.from(content, "utf8");
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function missingObject(oid: Oid): CrewError {
  return new CrewError("failed", `Object ${oid} is missing from the repository.`, {
    hint: "git fsck shows what else is; a clone that has it can be fetched from.",
  });
}
