// The commands about crew and its file themselves.
import { Option } from "commander";
import { collectWish, format, moment, span, wholeNumber } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { version } from "../version.ts";
import type { Action, Describe } from "./describe.ts";

export const describeUpkeep =
  (invocation: Invocation): Describe =>
  (program, run) => {
    program.commandsGroup("crew itself:");
    program
      .command("config")
      .description("Check the crew file and print it in full")
      .addOption(format("yaml", "json"))
      .option("-q, --quiet", "Only check")
      .addOption(
        new Option("--environment", "Variables that it is read with, and their values, instead").conflicts("variables"),
      )
      .option("--variables", "Variables that it names, and their defaults, instead")
      .action(run(async () => (await import("../config.ts")).config as Action));
    program
      .command("import <file>")
      .description("Write the crew file that does what a compose file with agents does; - reads it from stdin")
      .option("--role <name=branch>", "An agent and its branch (AGENT_ID and BRANCH); may be repeated", collectWish, [])
      .option("--service <name>", "The service that is the agent, where the file does not say it")
      .option("--epic <title>", "What the agents make together")
      .option("-o, --output <path>", "Where it is written; - prints it", "crew.yaml")
      .option("--dry-run", "Print it, write nothing")
      .option("--force", "Write over a file that is there")
      .action(run(async () => (await import("../import.ts")).importFile as Action));
    program
      .command("version")
      .description("Print the version")
      .action(() => void invocation.stdout.write(`crew ${version}\n`));
    program
      .command("events")
      .description("Show what happened, as the driver wrote it down")
      .option("-f, --follow", "Go on as more happens")
      .option("-n, --tail <lines>", "Lines from the end", wholeNumber)
      .option("--since <time>", "From then on: 10m, 2h, 7d ago, or a date", moment)
      .option("--until <time>", "Up to then, likewise; with --follow it ends then", moment)
      .addOption(format("text", "json"))
      .action(run(async () => (await import("../history.ts")).events as Action));
    program
      .command("doctor")
      .description("Look for what is wrong, and say what mends it")
      .option("--deep", "Look for every object that crew's records need")
      .addOption(format("text", "json"))
      .action(run(async () => (await import("../doctor.ts")).doctor as Action));
    program
      .command("gc")
      .description("Remove what is left over, or with -p a project that you give up, once its work is archived")
      .option("--dry-run", "Only say what would be removed")
      .option("-y, --yes", "Remove it without asking")
      .option(
        "--older-than <time>",
        "Age of logs, history, built images and setups that go, such as 12h or 30d",
        span,
        span("14d"),
      )
      .addOption(format("text", "json"))
      .action(run(async () => (await import("../gc.ts")).gc as Action));
    program
      .command("drive", { hidden: true })
      .option("--started-at <ms>", "", wholeNumber, 0)
      .option("--epic <id>")
      .option("--allow-red-base", "")
      .option("--remove-orphans", "")
      .option("--pull <policy>", "")
      .option("--roles <roles>", "")
      .option("--keep-as-made <roles>", "")
      .option("--on-call", "")
      .action(run(async () => (await import("../drive.ts")).driveCommand as Action));
  };
