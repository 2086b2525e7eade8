// The commands by which a person says something about the work: each records a fact and wakes the driver.
import type { Action, Describe } from "./describe.ts";

export const describeWords: Describe = (program, run) => {
  program
    .command("retry <subject>")
    .description("Give a blocked bead, or a role's move upward, new attempts")
    .option("-m, --message <words>", "What to tell the agent")
    .option("--role <role>", "Give it to this role")
    .action(run(async () => (await import("../retry.ts")).retry as Action));
  program
    .command("approve <subject>")
    .description("Let a report of a bead, or of a role's move upward, merge that waits for approval")
    .option("--no-change", "It is right that it brings no change")
    .action(run(async () => (await import("../approve.ts")).approve as Action));
};
