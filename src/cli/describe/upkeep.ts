// The commands about crew and its file themselves.
import { version } from "../../version.ts";
import { format, wholeNumber } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
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
      .action(run(async () => (await import("../config.ts")).config as Action));
    program
      .command("version")
      .description("Print the version")
      .action(() => void invocation.stdout.write(`crew ${version}\n`));
    program
      .command("drive", { hidden: true })
      .option("--started-at <ms>", "", wholeNumber, 0)
      .option("--allow-red-base", "")
      .option("--roles <roles>", "")
      .action(run(async () => (await import("../drive.ts")).driveCommand as Action));
  };
