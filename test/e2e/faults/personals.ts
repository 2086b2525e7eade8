// All that is a person's in a repository that crew works in, each thing by name with a digest: two looks that are equal
// mean that nothing moved. Reads files, and refs by git; changes nothing.
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";

/** Refs of crew's own, and the branches that it shows. */
const crews = /^refs\/(crew|heads\/(epic|feature))\//;

/**
 * Files of the work tree (`file <path>`), of every other work tree that `trees` names, and everything in the git directory
 * but objects, crew's own folder and id, and crew's refs: index, HEAD, stash, hooks, configuration, reflogs, `worktrees`, what a
 * merge or rebase under way left. Refs come by their names, and once more as `packed-refs` has them.
 */
export function personals(bench: Bench, trees: readonly string[] = []): Record<string, string> {
  const repository = bench.seen(bench.repository);
  const git = join(repository, ".git");
  const found: Record<string, string> = {};
  const take = (lead: string, folder: string, skip: (path: string) => boolean) => {
    for (const [path, digest] of digests(folder, skip)) found[`${lead}${path}`] = digest;
  };
  take("file ", repository, (path) => path === ".git");
  for (const tree of trees) take(`file ${tree}/`, tree, (path) => path === ".git");
  take("", git, (path) => ["objects", "crew", "crew.id", "refs", "packed-refs"].includes(path) || isLogOfCrew(path));
  const format = "--format=%(refname) %(objectname) %(symref)";
  for (const line of bench.git("for-each-ref", format).split("\n").filter(Boolean)) {
    const [ref = "", ...rest] = line.split(" ");
    if (!crews.test(ref)) found[ref] = rest.join(" ").trim();
  }
  if (existsSync(join(git, "packed-refs"))) {
    const lines = readFileSync(join(git, "packed-refs"), "utf8")
      .split("\n")
      .filter((line) => !/^(#.*)?$/.test(line));
    const theirs = lines.filter((line) => !crews.test(line.split(" ")[1] ?? ""));
    if (theirs.length > 0) found["packed-refs"] = theirs.join("\n");
  }
  return found;
}

/** Also the folders that hold nothing but such logs. */
function isLogOfCrew(path: string): boolean {
  return path.startsWith("logs/refs/") && (crews.test(`${path.slice("logs/".length)}/`) || path === "logs/refs/crew");
}

function* digests(folder: string, skip: (path: string) => boolean, below = ""): Generator<[string, string]> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).sort()) {
    const path = `${below}${name}`;
    if (skip(path)) continue;
    const stats = lstatSync(join(folder, name));
    if (stats.isDirectory()) yield* digests(join(folder, name), skip, `${path}/`);
    else if (stats.isSymbolicLink()) yield [path, `link ${readlinkSync(join(folder, name))}`];
    else if (stats.isFile())
      yield [path, `${(stats.mode & 0o777).toString(8)} ${digestOf(readFileSync(join(folder, name)))}`];
    else yield [path, "special"];
  }
}

function digestOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
