// How a run of the team ends, in words, and what is looked at afterwards.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Bench, Ended } from "../bench.ts";

export const up = (bench: Bench): Promise<Ended> => bench.crew(["up", "--wait"]);

/** Takes the team down, which must succeed and leave no process. */
export async function down(bench: Bench, ...flags: readonly string[]): Promise<void> {
  const { code, stderr } = await bench.crew(["down", ...flags]);
  expect(code, stderr).toBe(0);
  expect(bench.survivors()).toEqual([]);
}

export const bothMerged = { "Write one.txt": "merged", "Write two.txt": "merged" };
export const oneBlocked = { "Write one.txt": "blocked", "Write two.txt": "merged" };
export const oneWaits = { "Write one.txt": "approval", "Write two.txt": "merged" };

export const allMerged = "\n✓ All merged. Next: crew land 2/2 beads, 100 %.\n";

const settled = "? Settled: a person is needed. 1/2 beads, 50 %.\n";

export const blocked = (why: string) => `
Needs you
  ! <epic>.1 is blocked, its attempts are used up: ${why}
      crew retry <epic>.1 -m …
      crew logs one
      crew bead close <epic>.1

${settled}`;

export const cannotWork = (why: string) => `
Needs you
  ? one cannot work: ${why}
      crew logs one
      crew down
      crew up

${settled}`;

export const waitsForApproval = (why: string, commands = ["crew diff <epic>.1", "crew approve <epic>.1"]) => `
Needs you
  ? <epic>.1 waits for approval: ${why}
      ${commands.join("\n      ")}
      crew reject <epic>.1 -m …

${settled}`;

export const epicTip = "refs/crew/p/team/tip/epic";

/** Of every commit that a ref reaches. */
export const subjects = (bench: Bench): readonly string[] => bench.git("log", "--all", "--format=%s").split("\n");

/** The id of the bead that role `one` has. */
export function beadOfOne(bench: Bench): string {
  const names = bench.git("for-each-ref", "--format=%(refname:lstrip=5)", "refs/crew/p/team/order/").split("\n");
  return names.find((name) => name.endsWith(".1/1.1"))?.split("/")[0] ?? "";
}

/** What an agent of role `one` does who does what it was asked for. */
export const work = "echo one > one.txt\ngit add one.txt\ngit commit -qm Work\n";

/** For an agent of role `one`: the instance's own folder, and the id of the other role's bead. */
export const places = `C=\${HOME%/home}\nother=\${CREW_BEAD%.1}.2\n`;

/** Of a role's instance. */
export function folderOf({ state }: Bench, role: string): string {
  const [project = ""] = readdirSync(join(state, "crew"));
  return join(state, "crew", project, "roles", role);
}
