// crew bead: the commands of the tracker.
import { Option } from "commander";
import { format, repeated, wholeNumber } from "../flags.ts";
import type { Action, Describe } from "./describe.ts";

export const describeBead: Describe = (program, run) => {
  program.commandsGroup("Beads:");
  const bead = program
    .command("bead")
    .description("Work with the tracker: add, list, show, edit, close, reopen, dep, proposals, accept, export, import")
    .addOption(new Option("--tracker <kind>", "Not the project's own tracker").choices(["git", "bd"]));
  const load = (name: keyof typeof import("../bead.ts")) =>
    run(async () => (await import("../bead.ts"))[name] as Action);
  bead
    .command("add <title>")
    .description("Create a bead")
    .option("--parent <id>", "The bead it is part of (default: the project's epic, if there is one)")
    .option("-t, --type <type>", "epic, feature, task, bug or chore", "task")
    .option("--priority <n>", "0 (highest) to 4", wholeNumber, 2)
    .option("-l, --label <label>", "May be repeated", repeated, [])
    .option("-d, --description <text>", "What is to be done", "")
    .option("--acceptance <text>", "When it is done", "")
    .option("--blocked-by <id>", "May be repeated", repeated, [])
    .action(load("add"));
  bead
    .command("list")
    .description("List beads")
    .option("--status <status>", "Only these; several with commas")
    .option("-t, --type <type>", "Only these; several with commas")
    .option("-l, --label <label>", "Only with this label; may be repeated", repeated, [])
    .option("--parent <id>", "Only what is directly part of it")
    .option("--assignee <name>", "Only theirs; '' for nobody's")
    .addOption(format("text", "json"))
    .action(load("list"));
  bead.command("show <id>").description("Show one bead").addOption(format("text", "json")).action(load("show"));
  bead
    .command("close <id>")
    .description("Close a bead; crew then counts it as closed by a person")
    .option("-r, --reason <text>", "Why", "closed by a person")
    .action(load("close"));
  bead.command("reopen <id>").description("Reopen a bead: a new round begins").action(load("reopen"));
  bead
    .command("edit <id>")
    .description("Change a bead; an order that is out keeps the words that it was given")
    .option("--title <text>", "What it is called")
    .option("-d, --description <text>", "What is to be done")
    .option("--acceptance <text>", "When it is done")
    .option("-t, --type <type>", "epic, feature, task, bug or chore")
    .option("--priority <n>", "0 (highest) to 4", wholeNumber)
    .option("-l, --label <label>", "Add it; may be repeated", repeated, [])
    .option("--remove-label <label>", "May be repeated", repeated, [])
    .option("--parent <id>", "The bead it is part of; out of the epic it counts as closed by a person")
    .option("--no-parent", "It is part of nothing")
    .action(load("edit"));
  const loadProposal = (name: keyof typeof import("../proposals.ts")) =>
    run(async () => (await import("../proposals.ts"))[name] as Action);
  bead
    .command("proposals")
    .description("List beads that agents want and nobody has accepted")
    .addOption(format("text", "json"))
    .action(loadProposal("proposals"));
  bead.command("accept <ids...>").description("Make beads of proposals").action(loadProposal("accept"));
  const dep = bead.command("dep").description("Which beads wait for which");
  dep.command("add <id> <blocker>").description("Let a bead wait for another").action(load("depend"));
  dep.command("remove <id> <blocker>").description("Let it wait no longer").action(load("free"));
  bead.command("export").description("Print all beads as JSON Lines").action(load("exportBeads"));
  bead
    .command("import [file]")
    .description("Take in JSON Lines from a file or stdin: the newer line of a bead wins")
    .action(load("importBeads"));
};
