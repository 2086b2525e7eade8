// The command line: names, flags and help of every command. Each command's work is in its own file, loaded when it is called.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../version.ts";
import type { Invocation } from "./invocation.ts";

export interface GlobalFlags {
  readonly file?: string;
  readonly projectName?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly progress: "auto" | "tty" | "plain" | "json" | "quiet";
  readonly lockTimeout: number;
  readonly color: boolean;
  readonly verbose: boolean;
}

const progressForms = ["auto", "tty", "plain", "json", "quiet"] as const;

type Action = (invocation: Invocation, flags: never, ...args: never[]) => Promise<number>;

/** Runs one command; the answer is the exit code (DESIGN section 8). */
export async function runProgram(invocation: Invocation): Promise<number> {
  let code = 0;
  const program = describe(invocation, (done) => {
    code = done;
  });
  try {
    await program.parseAsync([...invocation.argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    const { report } = await import("./report.ts");
    return report(error, invocation);
  }
}

function describe(invocation: Invocation, finish: (code: number) => void): Command {
  const run =
    (load: () => Promise<Action>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.pop() as Command;
      given.pop();
      const action = (await load()) as (...args: unknown[]) => Promise<number>;
      finish(await action(invocation, flagsOf(command), ...given));
    };

  const program = shared(new Command("crew"), invocation)
    .description("Run a team of coding agents on one feature of one git repository.")
    .version(`crew ${version}`, "-V, --version", "Print the version")
    .helpOption("-h, --help", "Show help")
    .helpCommand("help [command]", "Show help for a command")
    .option("-f <path>", "Short for --file, before the command")
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => invocation.stdout.write(text),
      writeErr: (text) => invocation.stderr.write(text),
    })
    .showSuggestionAfterError()
    .exitOverride();

  program
    .command("up [roles...]")
    .description("Converge the project, and keep converging until the epic is complete")
    .option("-d, --detach", "Return when everything is set up; the driver goes on")
    .option("--wait", "Drive in the foreground until the epic is settled")
    .option("--allow-red-base", "Hand out work although gates are red on the base")
    .action(run(async () => (await import("./up.ts")).up as Action));
  program
    .command("plan [roles...]")
    .description("Show what `up` would do, and why")
    .addOption(format("text", "json"))
    .option("--detailed-exitcode", "Exit with 2 when there is something to do")
    .action(run(async () => (await import("./plan.ts")).plan as Action));
  program
    .command("status")
    .description("Show roles, beads, the merge queue and what is next")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("./status.ts")).status as Action));
  program
    .command("land")
    .description("Approve the finished epic, land it on its base and close its beads")
    .action(run(async () => (await import("./land.ts")).land as Action));
  program
    .command("down")
    .description("Stop and remove; work is never lost")
    .option("-v, --volumes", "Remove the roles' folders too, once everything in them is safe")
    .action(run(async () => (await import("./down.ts")).down as Action));
  program
    .command("ps")
    .description("List instances and gates")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("./ps.ts")).ps as Action));
  program
    .command("logs [names...]")
    .description("Show logs of roles, or of a gate as gate:NAME")
    .option("-f, --follow", "Go on as the log grows")
    .option("-n, --tail <lines>", "Lines from the end", wholeNumber)
    .action(run(async () => (await import("./logs.ts")).logs as Action));
  program
    .command("retry <subject>")
    .description("Give a blocked bead, or a role's move upward, new attempts")
    .option("-m, --message <words>", "What to tell the agent")
    .option("--role <role>", "Give it to this role")
    .action(run(async () => (await import("./retry.ts")).retry as Action));
  program
    .command("approve <subject>")
    .description("Let a report of a bead, or of a role's move upward, merge that waits for approval")
    .option("--no-change", "It is right that it brings no change")
    .action(run(async () => (await import("./approve.ts")).approve as Action));
  program
    .command("config")
    .description("Check the crew file and print it in full")
    .addOption(format("yaml", "json"))
    .option("-q, --quiet", "Only check")
    .action(run(async () => (await import("./config.ts")).config as Action));
  describeBead(program, run);
  program
    .command("version")
    .description("Print the version")
    .action(() => void invocation.stdout.write(`crew ${version}\n`));
  program
    .command("drive", { hidden: true })
    .option("--started-at <ms>", "", wholeNumber, 0)
    .option("--allow-red-base", "")
    .option("--roles <roles>", "")
    .action(run(async () => (await import("./drive.ts")).driveCommand as Action));
  for (const command of leafCommands(program)) shared(command, invocation);
  return program;
}

/** The first one is the default. */
function format(...choices: readonly [string, ...string[]]): Option {
  return new Option("--format <format>", "How it is printed").choices(choices).default(choices[0]);
}

/** Flags that every command takes, before or after its name. */
function shared(command: Command, { environment }: Invocation): Command {
  return command
    .option("--file <path>", "The crew file (default: crew.yaml here or above)", environment.CREW_FILE)
    .option("-p, --project-name <name>", "The project", environment.CREW_PROJECT_NAME)
    .option("--set <name=value>", "Value of an input; may be repeated", collectSet, {})
    .addOption(
      new Option("--progress <form>", "How progress is shown")
        .choices(progressForms)
        .default(progressForms.find((form) => form === environment.CREW_PROGRESS) ?? "auto"),
    )
    .option("--lock-timeout <time>", "How long to wait for another command, such as 30s or 2m", seconds, 30)
    .option("--no-color", "No colours")
    .option("--verbose", "Show every operation, and the origin of errors", false);
}

function leafCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((each) => (each.commands.length === 0 ? [each] : leafCommands(each)));
}

/** What was typed nearest to the command wins; a default never overrides what was typed before it. */
function flagsOf(command: Command): Record<string, unknown> {
  const above = command.parent ? flagsOf(command.parent) : {};
  const own = Object.entries(command.opts()).filter(
    ([name]) => !(name in above) || command.getOptionValueSource(name) !== "default",
  );
  const flags: Record<string, unknown> = { ...above, ...Object.fromEntries(own) };
  return typeof flags.f === "string" && command.parent === null ? { ...flags, file: flags.f } : flags;
}

function describeBead(
  program: Command,
  run: (load: () => Promise<Action>) => (...given: unknown[]) => Promise<void>,
): void {
  const bead = program.command("bead").description("Work with the tracker: add, list, show, close, reopen");
  const load = (name: "add" | "list" | "show" | "close" | "reopen") =>
    run(async () => (await import("./bead.ts"))[name] as Action);
  bead
    .command("add <title>")
    .description("Create a bead")
    .option("--parent <id>", "The bead it is part of (default: the project's epic, if there is one)")
    .option("-t, --type <type>", "epic, feature, task, bug or chore", "task")
    .option("--priority <n>", "0 (highest) to 4", wholeNumber, 2)
    .option(
      "-l, --label <label>",
      "May be repeated",
      (label: string, before: readonly string[]) => [...before, label],
      [],
    )
    .option("-d, --description <text>", "What is to be done", "")
    .option("--acceptance <text>", "When it is done", "")
    .option("--blocked-by <id>", "May be repeated", (id: string, before: readonly string[]) => [...before, id], [])
    .action(load("add"));
  bead
    .command("list")
    .description("List beads")
    .option("--status <status>", "Only these")
    .addOption(format("text", "json"))
    .action(load("list"));
  bead.command("show <id>").description("Show one bead").addOption(format("text", "json")).action(load("show"));
  bead
    .command("close <id>")
    .description("Close a bead; crew then counts it as closed by a person")
    .option("-r, --reason <text>", "Why", "closed by a person")
    .action(load("close"));
  bead.command("reopen <id>").description("Reopen a bead: a new round begins").action(load("reopen"));
}

function collectSet(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const split = text.indexOf("=");
  if (split < 1) throw new InvalidArgumentError("write --set name=value.");
  return { ...before, [text.slice(0, split)]: text.slice(split + 1) };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("write a whole number.");
  return Number(text);
}

/** `30s`, `2m` or a plain number of seconds; the answer in seconds. */
function seconds(text: string): number {
  const match = /^(\d+)(s|m)?$/.exec(text);
  if (!match) throw new InvalidArgumentError("write a time such as 30s or 2m.");
  return Number(match[1]) * (match[2] === "m" ? 60 : 1);
}
