// What a person removes, kills or freezes on the engine under a crew that has nothing to do: the same command leads to the same
// end.
import { describe, expect, test } from "vitest";
import { busy, end, patientTeams, release } from "./faults/docker-team.ts";
import { strikes } from "./faults/strikes.ts";

const opened = patientTeams();

describe("between two turns", () => {
  test.each(strikes)("$name", async ({ strike }) => {
    const team = opened();
    const driven = team.start(["up", "--wait"]);
    await busy(team);
    expect((await release(team, driven)).code).toBe(0);
    strike(team);
    const outcome = await end(team);
    expect(outcome.merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
  });
});
