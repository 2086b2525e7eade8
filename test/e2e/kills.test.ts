// kill -9 at drawn operations and at drawn moments, each followed by the same command again: always the same end, nothing lost,
// nothing left. Four stories meet every kind before and after its effect. 25 kills in each: CREW_KILL_SEED=1-10 tells ten, which are 250; CREW_KILL_SEED=7 tells one alone again.
import { afterAll, describe, expect } from "vitest";
import { endOf } from "./end.ts";
import { ofKind } from "./kills/draw.ts";
import { killedStories, type Results } from "./kills/stories.ts";
import { aKilledTeam } from "./kills/team.ts";
import { operationKinds } from "./kinds.ts";

let results: Results;

describe("a story that is killed again and again ends as if nobody had", () => {
  results = killedStories({
    file: "test/e2e/kills.test.ts",
    sizes: { stories: 4, cards: 20, moments: ofKind({ when: "any", git: "left" }, 5) },
    aTeam: aKilledTeam,
    endOf: (team) => endOf(team),
    // Some twenty seconds on a free machine.
    timeoutMs: 600_000,
  });
});

afterAll(() => {
  results.sum();
  const counts = results.counts();
  expect(
    operationKinds().filter((kind) => !counts.has(kind)),
    "kinds of operations that the story never meets: nothing is undone, processes have no images, nobody is quarantined or told anything, and there is no remote",
  ).toEqual([
    "bead.reopen",
    ...["image.pull", "image.build", "setup.start", "image.commit", "image.remove", "setup.remove"],
    ...["service.create", "service.start", "service.stop", "service.pause", "service.remove"],
    ...["hold.record", "mail.tell", "remote.push", "remote.fetch", "remote.propose"],
  ]);
});
