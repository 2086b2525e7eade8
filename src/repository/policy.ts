// What a reported commit must be like before it may become a candidate. Reads the quarantine; changes nothing.
import type { Oid } from "../model/names.ts";
import { shortOid } from "../model/names.ts";
import type { Order, ReportState } from "../model/records.ts";
import type { TestMerge } from "../model/world.ts";
import { changesBetween, linesAddedAgainstBoth } from "./changes.ts";
import type { Git } from "./git.ts";
import { isOneSided } from "./one-sided.ts";

export interface PolicyQuestion {
  readonly git: Git;
  readonly order: Order;
  readonly state: Exclude<ReportState, "refused">;
  readonly commit: Oid;
  /** Of a conflict order: its start and merge, tried. */
  readonly conflict?: TestMerge | undefined;
  /** The tree of that, with git's markers. */
  readonly marked?: Oid | undefined;
}

export interface PolicyAnswer {
  /** Why the commit is refused, as the agent reads it. */
  readonly refusal?: string;
  readonly oneSided: boolean;
}

/** A withdrawn order's commit is only kept; a failed one may be where the next order starts; only a done one is merged. */
export async function checkPolicy(question: PolicyQuestion): Promise<PolicyAnswer> {
  const { git, order, state, commit } = question;
  if (state === "withdrawn") return { oneSided: false };
  const required = [order.start, ...(state === "done" && order.merge !== undefined ? [order.merge] : [])];
  const sides = [order.start, ...(order.merge === undefined ? [] : [order.merge])];
  const [lost, ...changes] = await Promise.all([
    firstNotReached(git, commit, required),
    ...sides.map((side) => changesBetween(git, side, commit)),
  ]);
  if (lost !== undefined) return refused(lostHistory(order, lost));
  if (state !== "done" || order.merge === undefined) return { oneSided: false };

  const conflicting = question.conflict?.kind === "conflict" ? question.conflict.paths : [];
  const marker = await leftMarker(question, { merge: order.merge, conflicting });
  if (marker !== undefined) return refused(`a conflict marker is left in ${marker}`);
  const { marked } = question;
  const oneSided = marked !== undefined && (await isOneSided({ git, commit, marked, conflicting, changes }));
  return { oneSided };
}

async function firstNotReached(git: Git, commit: Oid, required: readonly Oid[]): Promise<Oid | undefined> {
  const stdin = `${[...required, `^${commit}`].join("\n")}\n`;
  const missed = (await git.text(["rev-list", "--max-count=1", "--stdin"], { stdin })).trim();
  if (missed === "") return undefined;
  for (const oid of required) {
    const { exitCode } = await git.attempt(["merge-base", "--is-ancestor", "--end-of-options", oid, commit]);
    if (exitCode !== 0) return oid;
  }
  return undefined;
}

function lostHistory(order: Order, lost: Oid): string {
  return lost === order.start
    ? `it does not contain ${shortOid(lost)}, the commit that the order started at`
    : `it does not contain ${shortOid(lost)}, the commit that was to be merged`;
}

interface Sides {
  readonly merge: Oid;
  readonly conflicting: readonly string[];
}

/** `file:line` of the first one. `=======` alone may underline a title, so it counts only where git had left markers. */
async function leftMarker({ git, order, commit }: PolicyQuestion, { merge, conflicting }: Sides) {
  const added = await linesAddedAgainstBoth(git, commit, [order.start, merge]);
  const left = added.find(
    ({ path, text }) =>
      /^(<{7,}|>{7,}|\|{7,})( |\r?$)/.test(text) || (conflicting.includes(path) && /^={7,}\r?$/.test(text)),
  );
  return left && `${left.path}:${left.line}`;
}

function refused(refusal: string): PolicyAnswer {
  return { refusal, oneSided: false };
}
