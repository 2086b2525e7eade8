// The table of faults: what a row says, and how a row is run. Each row tells a fault of the main job, and how it is met:
// exit code, whole message, what the others came to, and that nothing of the person's moved.
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Bench, Ended } from "../bench.ts";
import { personals } from "./personals.ts";
import { aTeam } from "./team.ts";

export interface Fault<B extends Bench = Bench> {
  readonly name: string;
  /** Files of the repository over those of the team; null leaves one out. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Name of the repository's folder. */
  readonly folder?: string;
  /** Makes the place such as the fault needs it, before it is looked at for the first time. */
  readonly prepare?: (bench: Bench) => void;
  /** Makes the fault happen; the answer is the command that meets it. */
  readonly meet: (bench: B) => Promise<Ended>;
  readonly exit: number;
  /** The whole message, as `messageOf` gives it. */
  readonly says: string;
  /** What the beads came to, by title; those that are not named are not asked for. */
  readonly beads?: Readonly<Record<string, string>>;
  /** What of the person's the row itself changes, as `personals` names it, a folder as `<name>/`; all else must be as it was. */
  readonly moves?: readonly string[];
  /** What else must hold. */
  readonly afterwards?: (bench: B, ended: Ended) => Promise<void> | void;
}

/** One test for each row. `make`: where it happens, if not to a plain team. */
export function faults(rows: readonly Fault[]): void;
export function faults<B extends Bench>(rows: readonly Fault<B>[], make: (fault: Fault<B>) => Promise<B>): void;
export function faults(rows: readonly Fault[], make?: (fault: Fault) => Promise<Bench>): void {
  const open: Bench[] = [];
  afterEach(() => {
    for (const bench of open.splice(0)) bench.remove();
  });
  const meet = async (fault: Fault) => {
    const bench = await (make?.(fault) ?? aTeam(fault.files, fault.folder));
    open.push(bench);
    fault.prepare?.(bench);
    const before = personals(bench);
    const ended = await fault.meet(bench);
    expect({ exit: ended.code, says: messageOf(ended.stderr, bench) }).toEqual({
      exit: fault.exit,
      says: fault.says.replace(/^\n/, ""),
    });
    if (fault.beads) expect(await beadStates(bench)).toMatchObject(fault.beads);
    const unmoved = (found: Record<string, string>) =>
      Object.fromEntries(Object.entries(found).filter(([name]) => !isMoved(name, fault.moves ?? [])));
    expect(unmoved(personals(bench))).toEqual(unmoved(before));
    await fault.afterwards?.(bench, ended);
  };
  for (const fault of rows) test(fault.name, () => meet(fault));
}

/** A ref moves with its log, a folder with all that is in it. */
function isMoved(name: string, moves: readonly string[]): boolean {
  return moves.some(
    (each) => name === each || name === `logs/${each}` || (each.endsWith("/") && name.startsWith(each)),
  );
}

/** Title → state, as `crew status --format json` tells it. */
async function beadStates(bench: Bench): Promise<Readonly<Record<string, string>>> {
  const { stdout, stderr, code } = await bench.crew(["status", "--format", "json"]);
  expect(code, stderr).toBe(0);
  const { beads } = JSON.parse(stdout) as {
    readonly beads: readonly { readonly title: string; readonly state: string }[];
  };
  return Object.fromEntries(beads.map(({ title, state }) => [title, state]));
}

/**
 * The last thing that was said: from "Needs you" on, else from the last line that begins with "! ", else the last line,
 * which is all of a good end. What differs from run to run is named instead: `<bead>`, `<oid>`, `<root>`, `<pid>`.
 */
function messageOf(stderr: string, bench: Pick<Bench, "repository">): string {
  const lines = stderr.split("\n");
  const asked = lines.lastIndexOf("Needs you");
  const told = lines.findLastIndex((line) => line.startsWith("! "));
  const last = lines.findLastIndex((line) => line !== "");
  // What went wrong on the way to a good end is news, not the message.
  const isGood = lines[last]?.startsWith("✓") === true;
  const first = asked >= 0 ? asked : told >= 0 && !isGood ? told : Math.max(last, 0);
  return lines
    .slice(first)
    .join("\n")
    .replaceAll(join(bench.repository, ".."), "<root>")
    .replace(/\bteam-[0-9a-z]{4,}/g, "<epic>")
    .replace(/\b[0-9a-f]{7,64}\b/g, (hex) => (/[0-9]/.test(hex) ? "<oid>" : hex))
    .replace(/, next in \d+s\)/g, ", next in <n>s)")
    .replace(/\bpid \d+/g, "pid <pid>");
}
