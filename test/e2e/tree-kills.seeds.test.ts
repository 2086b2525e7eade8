// Thirty beads in a deep branch tree, 50 kills of the driver in a telling: at operations, at moments that leave its git
// children alive or end them too, and where one of them has locked refs. CREW_KILL_SEED=1-6 tells six: 300 kills.
import { afterAll, describe, expect } from "vitest";
import { endOf } from "./end.ts";
import { ofKind } from "./kills/draw.ts";
import { killedStories, type Results } from "./kills/stories.ts";
import type { Team } from "./kills/team.ts";
import { aTree } from "./kills/tree.ts";
import { watchOf } from "./kills/watch.ts";
import { verdictsIn } from "./outcome.ts";

let results: Results;

describe("a tree of thirty beads that is killed again and again ends as if nobody had", () => {
  results = killedStories({
    file: "test/e2e/tree-kills.seeds.test.ts",
    sizes: {
      stories: 1,
      cards: 30,
      moments: [
        ...ofKind({ when: "any", git: "left" }, 8),
        ...ofKind({ when: "any", git: "killed" }, 4),
        ...ofKind({ when: "held", git: "left" }, 6),
        ...ofKind({ when: "held", git: "killed" }, 2),
      ],
    },
    aTeam: aTree,
    always: (team) => watchOf(team),
    settled: checkAudit,
    endOf: (team) => {
      checkMet(team);
      return { ...endOf(team), first: firstReports(team) };
    },
    timeoutMs: 1_200_000,
  });
});

afterAll(() => results.sum());

/** Every bead that is merged names green verdicts of the tree that its target moved to. */
async function checkAudit(team: Team): Promise<void> {
  const { code, stdout, stderr } = await team.crew(["audit"]);
  expect(code, stdout + stderr).toBe(0);
}

/**
 * Commits by their ids, of those who began where the epic began. The ids of all later ones depend on what was merged by
 * the time that they were begun, and those of crew's own on the epic's id, which is made from the time.
 */
function firstReports(team: Team): readonly string[] {
  const start = team.git("rev-list", "--max-parents=0", "main");
  const lines = team.git("log", "--format=%P %H %s", "main").split("\n");
  const first = lines.filter((line) => line.startsWith(`${start} `) && line.includes(" Write page "));
  expect(first.length, "roles whose first report is one of the epic's first").toBe(11);
  return first.map((line) => line.slice(start.length + 1)).sort();
}

/** The story has a red page, a flaky gate and a conflict, killed or not. */
function checkMet(team: Team): void {
  const archive = team.git("for-each-ref", "--format=%(refname)", "refs/crew/archive/");
  const verdicts = verdictsIn(team, archive).map(({ gate, result, flaky }) => `${gate} ${result} ${flaky}`);
  expect(verdicts).toEqual(expect.arrayContaining(["book red false", "luck green true"]));
  // A driver that is killed between their imports may take the second first.
  expect(team.git("log", "--format=%s", "main")).toMatch(/^Resolve pair\.txt for page 0[12]$/m);
}
