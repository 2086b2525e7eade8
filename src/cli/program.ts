// The command line as a whole: commands by topic, flags, help and the exit code. Each command's work is in its own file,
// loaded when it is called.
import { Command, CommanderError } from "commander";
import { describeBead } from "./describe/bead.ts";
import { describeDaily } from "./describe/daily.ts";
import type { Run } from "./describe/describe.ts";
import { describeReview } from "./describe/review.ts";
import { describeRoles } from "./describe/roles.ts";
import { describeUpkeep } from "./describe/upkeep.ts";
import { describeWords } from "./describe/words.ts";
import { flagsOf, shared } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { version } from "./version.ts";

export interface Ran {
  /** DESIGN section 8. */
  readonly exitCode: number;
  /** Which one came to its end, such as `bead add`; undefined for none. */
  readonly command?: string;
}

/** Runs one command. */
export async function runProgram(invocation: Invocation): Promise<Ran> {
  let ran: Ran = { exitCode: 0 };
  const finish = (exitCode: number, command: string) => {
    ran = { exitCode, command };
  };
  const program = describeProgram(invocation, finish, new Set(invocation.argv));
  try {
    await program.parseAsync([...invocation.argv], { from: "user" });
    return ran;
  } catch (error) {
    if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 1 };
    const { report } = await import("./report.ts");
    return { exitCode: report(error, invocation) };
  }
}

/**
 * The whole command line as commander knows it; `finish` is told the exit code of the command of that name. `typed`: what may be
 * asked for, where that is known; no other command has the flags that all have, which are most of what there is to describe.
 */
export function describeProgram(
  invocation: Invocation,
  finish: (exitCode: number, command: string) => void,
  typed?: ReadonlySet<string>,
): Command {
  const run: Run =
    (load) =>
    async (...given) => {
      const command = given.pop() as Command;
      given.pop();
      const asked = await askedFor(invocation, nameOf(command));
      const action = (await load()) as (...args: unknown[]) => Promise<number>;
      finish(await action({ ...invocation, ...asked }, flagsOf(command), ...given), nameOf(command));
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
  for (const topic of [
    describeDaily,
    describeReview,
    describeWords,
    describeRoles,
    describeBead,
    describeUpkeep(invocation),
  ])
    topic(program, run);
  const meant = leafCommands(program).filter((command) => typed?.has(command.name()) ?? true);
  for (const command of meant) shared(command, invocation);
  return program;
}

/** Commands that look at a file, and at no repository. */
const withoutRepository = new Set(["import"]);

/** Git answers while the command's code is read. */
async function askedFor({ cwd, environment }: Invocation, command: string): Promise<Pick<Invocation, "asked">> {
  if (withoutRepository.has(command)) return {};
  const { askAround } = await import("../repository/discover.ts");
  const asked = askAround({ cwd, environment });
  asked.catch(() => undefined);
  return { asked };
}

function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}

function leafCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((each) => (each.commands.length === 0 ? [each] : leafCommands(each)));
}
