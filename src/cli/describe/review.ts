// The commands by which a person looks at the work and finishes by hand what agents can't.
import { format } from "../flags.ts";
import type { Action, Describe } from "./describe.ts";

export const describeReview: Describe = (program, run) => {
  program.commandsGroup("Looking at the work:");
  program
    .command("diff [subject]")
    .description("Show what a role, a bead or the whole epic changes")
    .option("--live", "The work in hand as it stands, reported or not")
    .option("--stat", "Only how much, by file")
    .option("--name-status", "Only which files")
    .action(run(async () => (await import("../diff.ts")).diff as Action));
  program
    .command("open <role>")
    .description("Say how to look at what a role, or epic, shows with an editor")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../open.ts")).open as Action));
  program
    .command("prompt <bead>")
    .description("Print what the agent of a bead is told, or would be told next")
    .action(run(async () => (await import("../prompt.ts")).prompt as Action));
  program
    .command("conflicts")
    .description("Show which work that is not merged yet collides, and on which paths")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../conflicts.ts")).conflicts as Action));
  program
    .command("graph")
    .description("Draw the branch tree, with what waits to be merged into each branch")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../graph.ts")).graph as Action));
  program
    .command("merge")
    .description("Take in and merge what is reported, without handing out anything new")
    .option("--dry-run", "Only say what waits to be merged, in merge order")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../merge.ts")).merge as Action));
  program
    .command("audit [bead]")
    .description("Prove for every closed bead which commit carried it, where that is, and what the gates said of it")
    .option("--report <file>", "Write it there as Markdown too")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../audit.ts")).audit as Action));
  program
    .command("resolve <subject>")
    .description("Resolve a conflict by hand in a work tree; once committed, the same command takes it")
    .option("--abort", "Remove the work tree")
    .action(run(async () => (await import("../resolve.ts")).resolve as Action));
};
