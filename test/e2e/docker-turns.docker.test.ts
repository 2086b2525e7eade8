// What a person removes, kills or freezes on the engine under a crew at work: the others go on, and the same command leads to
// the same end.
import { describe, expect, test } from "vitest";
import { busy, type DockerTeam, end, patientTeams, release } from "./faults/docker-team.ts";
import { strikes } from "./faults/strikes.ts";

const opened = patientTeams();

describe("during a turn of one", () => {
  test.each(strikes)("$name", async ({ strike, losesWork }) => {
    const team = opened();
    const driven = team.start(["up", "--wait"]);
    await busy(team);
    const before = halfOf(team);
    strike(team);
    const ended = await release(team, driven);
    expect(ended.code, ended.stderr).toBe(0);
    const outcome = await end(team);
    expect(outcome.merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
    expect(team.git("show", "main:half.txt", "main:one.txt", "main:two.txt")).toBe("half\none\nThis is two.txt.");
    if (losesWork !== true) expect(team.git("rev-list", "main").split("\n")).toContain(before);
  });
});

/** The commit of role `one` that nobody has been told of. */
function halfOf({ docker, of }: DockerTeam): string {
  return docker("exec", of("one"), "git", "-C", "/crew/work", "rev-parse", "HEAD");
}
