// The commands of every day: bring up, look, land, take down.
import { Option } from "commander";
import { budgetWish, format, lineCount, moment, stateFilter, stateNamed, wholeNumber } from "../flags.ts";
import type { Action, Describe } from "./describe.ts";

export const describeDaily: Describe = (program, run) => {
  program.commandsGroup("Every day:");
  program
    .command("up [roles...]")
    .description("Converge the project, and keep converging until the epic is complete")
    .option("-d, --detach", "Return when everything is set up; the driver goes on")
    .addOption(new Option("--wait", "Drive in the foreground until the epic is settled").conflicts("detach"))
    .option(
      "--wait-timeout <seconds>",
      "With --wait: how long at most; exit code 1 if it is not settled then",
      wholeNumber,
    )
    .option("--epic <id>", "A bead that is there already, to be the epic")
    .option(
      "--budget <limits>",
      "Limits over those of the file from now on: turns=20,usd=5,hours=2, or a role's, dev.turns=20; file takes them back",
      budgetWish,
    )
    .option("--allow-red-base", "Hand out work although gates are red on the base")
    .option("--remove-orphans", "Remove instances of roles that the file no longer has; what they hold is kept")
    .addOption(
      new Option(
        "--force-recreate",
        "Replace instances at once, also at work and unchanged; work is kept, orders go on",
      ).conflicts("recreate"),
    )
    .option("--no-recreate", "Leave instances as they were made, whatever changed, until the next `crew up`")
    .addOption(
      new Option("--pull <policy>", "When images are pulled, whatever the file says").choices([
        "always",
        "missing",
        "never",
      ]),
    )
    .option("--build", "Build again what is built, also of the same content")
    .addOption(
      new Option("--no-start", "Make what is missing, start nothing, drive nothing").conflicts(["wait", "waitTimeout"]),
    )
    .option("-t, --timeout <seconds>", "Time to end in for instances that are replaced (default: 10)", wholeNumber)
    .option("-y, --yes", "Ask nothing; it never does")
    .action(run(async () => (await import("../up.ts")).up as Action));
  program
    .command("plan [roles...]")
    .description("Show what `up` would do, and why")
    .addOption(format("text", "json"))
    .option("--epic <id>", "As for up")
    .option("--budget <limits>", "As for up", budgetWish)
    .addOption(new Option("--pull <policy>", "As for up").choices(["always", "missing", "never"]))
    .option("--build", "As for up")
    .option("--detailed-exitcode", "Exit with 2 when there is something to do")
    .action(run(async () => (await import("../plan.ts")).plan as Action));
  program
    .command("status")
    .description("Show roles, beads, the merge queue and what is next")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../status.ts")).status as Action));
  program
    .command("land")
    .description("Approve the finished epic, land it on its base and close its beads")
    .option("--pr", "Open a pull request of it with gh or glab, or bring it up to date, instead of merging here")
    .option("--allow-rewritten-base", "Land although the base no longer contains where the epic began")
    .action(run(async () => (await import("../land.ts")).land as Action));
  program
    .command("down")
    .description("Stop and remove; work is never lost")
    .option("-v, --volumes", "Remove the roles' folders too, once everything in them is safe")
    .option(
      "-t, --timeout <seconds>",
      "Time that roles have to end in before they are killed (default: 10)",
      wholeNumber,
    )
    .option("--remove-orphans", "Also what the file no longer has; it always does")
    .action(run(async () => (await import("../down.ts")).down as Action));
  program
    .command("ps [roles...]")
    .description("List instances, services and gates, or only what is named (`backend/db`: a role's service)")
    .addOption(format("text", "json"))
    .option("-a, --all", "Also what has exited; it always does")
    .option("-q, --quiet", "Only names")
    .option("--services", "Only names of roles")
    .addOption(
      new Option("--status <state>", "Only what is created, running, paused or exited; may be repeated")
        .argParser(stateNamed)
        .default([]),
    )
    .addOption(
      new Option("--filter <status=state>", "The same, as Compose has it; may be repeated")
        .argParser(stateFilter)
        .default([]),
    )
    .option("--no-trunc", "Cut nothing, however narrow the terminal")
    .action(run(async () => (await import("../ps.ts")).ps as Action));
  program
    .command("ls")
    .description("List the projects of this repository that run")
    .addOption(format("text", "json"))
    .option("-a, --all", "Also those of which nothing runs")
    .option("-q, --quiet", "Only names")
    .action(run(async () => (await import("../ls.ts")).ls as Action));
  program
    .command("logs [names...]")
    .description("Show logs of roles, or of a gate as gate:NAME")
    .option("-f, --follow", "Go on as the log grows")
    .option("-n, --tail <lines>", "Lines from the end of each (default: all)", lineCount)
    .option("--since <time>", "From then on: 10m, 2h, 7d ago, or a date", moment)
    .option("--until <time>", "Up to then, likewise", moment)
    .option("-t, --timestamps", "Each line with its time")
    .option("--no-log-prefix", "No names before the lines")
    .option("--raw", "What an agent's program streams, as it is")
    .action(run(async () => (await import("../logs.ts")).logs as Action));
};
