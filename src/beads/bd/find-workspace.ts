// Where the repository's beads workspace is, by looking at files as bd does: starts no program.
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CrewError } from "../../errors.ts";
import type { Workspace } from "./environment.ts";

export interface Surroundings {
  readonly cwd: string;
  /** Top of the work tree that the person stands in. */
  readonly topLevel: string;
  /** Git directory that all work trees share. */
  readonly commonDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * `BEADS_DIR`, else `.beads` of this work tree, else that of the main one. Throws (`needs-you`) for a `BEADS_DIR` that is no
 * workspace, which bd itself ignores without a word, and for beads that came with a clone and have no database yet.
 */
export function findWorkspace({ cwd, topLevel, commonDir, environment }: Surroundings): Workspace | undefined {
  const named = environment.BEADS_DIR ?? "";
  if (named !== "") {
    const beadsDir = followed(resolve(cwd, named));
    if (isWorkspace(beadsDir)) return { root: topLevel, beadsDir };
    throw new CrewError("needs-you", `BEADS_DIR names ${named}, and there is no beads workspace.`, {
      hint: "unset BEADS_DIR, or let it name a .beads folder that bd init made",
    });
  }
  for (const root of new Set([topLevel, dirname(commonDir)])) {
    const beadsDir = followed(join(root, ".beads"));
    if (isWorkspace(beadsDir)) return { root, beadsDir };
  }
  const cloned = join(topLevel, ".beads");
  if (!["metadata.json", "issues.jsonl"].some((name) => existsSync(join(cloned, name)))) return undefined;
  throw new CrewError("needs-you", "This repository has beads, and no database of them was made here yet.", {
    at: cloned,
    hint: "bd bootstrap (bd before 1.0: bd init); or keep the beads in git: tracker: git",
  });
}

/** `.beads/redirect` names the folder that is meant, relative to the one that `.beads` is in. */
function followed(beadsDir: string): string {
  const redirect = join(beadsDir, "redirect");
  if (!existsSync(redirect)) return beadsDir;
  const target = readFileSync(redirect, "utf8").trim();
  return target === "" ? beadsDir : resolve(dirname(beadsDir), target);
}

/** What is committed of one (metadata, lines of an export) does not make it one, unless a server keeps the beads. */
function isWorkspace(beadsDir: string): boolean {
  if (statSync(beadsDir, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return ["beads.db", "embeddeddolt", "dolt"].some((name) => existsSync(join(beadsDir, name))) || hasServer(beadsDir);
}

function hasServer(beadsDir: string): boolean {
  try {
    return /"dolt_mode"\s*:\s*"server"/.test(readFileSync(join(beadsDir, "metadata.json"), "utf8"));
  } catch {
    return false;
  }
}
