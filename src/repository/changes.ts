// Differences between commits, as paths and as lines. Reads only, without drivers or renames.
import type { Oid } from "../model/names.ts";
import type { Git } from "./git.ts";

export interface Change {
  readonly path: string;
  /** `000000` where it was not. */
  readonly oldMode: string;
  /** `000000` where it is no more. */
  readonly mode: string;
  /** All zeros where it was not. */
  readonly oldOid: Oid;
  /** All zeros where it is no more. */
  readonly oid: Oid;
}

export interface AddedLine {
  readonly path: string;
  /** Number of the line in the result. */
  readonly line: number;
  readonly text: string;
}

export async function changesBetween(git: Git, from: Oid, to: Oid): Promise<readonly Change[]> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--end-of-options", from, to];
  const fields = (await git.text(args)).split("\0");
  const changes: Change[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = "", mode = "", oldOid = "", oid = ""] = (fields[at] ?? "").slice(1).split(" ");
    changes.push({ path: fields[at + 1] ?? "", oldMode, mode, oldOid, oid });
  }
  return changes;
}

/** Lines of `result` that neither side has at that place: `++` of a combined diff. Binary files have none. */
export async function linesAddedAgainstBoth(
  git: Git,
  result: Oid,
  sides: readonly [Oid, Oid],
): Promise<readonly AddedLine[]> {
  const flags = ["--cc", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--no-prefix"];
  const output = await git.text(["-c", "core.quotePath=false", "diff", ...flags, "--end-of-options", result, ...sides]);
  const added: AddedLine[] = [];
  let path = "";
  let line = 0;
  for (const text of output.split("\n")) {
    const hunk = /^@@@ .* \+(\d+)(?:,\d+)? @@@/.exec(text);
    if (text.startsWith("diff --cc ")) path = text.slice("diff --cc ".length);
    else if (hunk) line = Number(hunk[1]);
    else if (text.startsWith("++")) added.push({ path, line: line++, text: text.slice(2) });
    else if (text.startsWith("+ ") || text.startsWith(" +") || text.startsWith("  ")) line += 1;
  }
  return added;
}
