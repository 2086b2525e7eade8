// The commands by which a person says something about the work: each records a fact and wakes the driver.
import type { Action, Describe } from "./describe.ts";

export const describeWords: Describe = (program, run) => {
  program.commandsGroup("Your word on the work:");
  program
    .command("tell <role> [words...]")
    .description("Tell a role's agent something, or answer its question; also a bead that is at work or asks")
    .option("-F, --from <file>", "What is in this file; - is standard input, as it is for WORDS")
    .option("--now", "Cut the turn at work short: it goes on in the same session with your words")
    .addHelpText(
      "after",
      `
An agent at work hears it once: at its next turn, for which a turn that ends well is followed by another one, or with the
role's next order where this one has no turn left. Where that turn is cut short before the agent has answered, it hears it
again. A role without an order hears it with its next one. Where it has asked, your words are the answer, and the bead goes
on in the same session. The answer says which of these will happen.`,
    )
    .action(run(async () => (await import("../tell.ts")).tell as Action));
  program
    .command("retry <subject>")
    .description("Give a blocked bead, or a role's move upward, new attempts")
    .option("-m, --message <words>", "What to tell the agent")
    .option("--role <role>", "Give it to this role")
    .action(run(async () => (await import("../retry.ts")).retry as Action));
  program
    .command("approve <subject>")
    .description(
      "Let a report of a bead, or of a role's move upward, merge that waits for approval; or take a branch that was rewritten",
    )
    .option("--no-change", "It is right that it brings no change")
    .action(run(async () => (await import("../approve.ts")).approve as Action));
  program
    .command("reject <subject>")
    .description("Send a report that is not merged yet back with your words")
    .requiredOption("-m, --message <words>", "What is to be different")
    .action(run(async () => (await import("../reject.ts")).reject as Action));
  program
    .command("undo <bead>")
    .description(
      "Take a merged bead out of the epic again by a revert that the gates have passed, and hand it out anew",
    )
    .option("-m, --message <words>", "Why: told to the next agent, and said in the tracker")
    .option("--with-dependents", "Also the merged beads that build on it, the latest first")
    .option("--abort", "Take the word back, as long as it is not done")
    .action(run(async () => (await import("../undo.ts")).undo as Action));
  program
    .command("assign <bead> <role>")
    .description("Say who takes a bead, whatever its task and the filters say")
    .action(run(async () => (await import("../assign.ts")).assign as Action));
};
