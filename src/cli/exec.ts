// crew exec: a command of the person's in a role's running instance or in a service, its bytes as they are, its exit code crew's own.
import { CrewError } from "../errors.ts";
import { roleNamed } from "../model/crew.ts";
import type { ExecRequest } from "../ports/runtime.ts";
import { errorText } from "../ui/attention.ts";
import { createOutput } from "../ui/output.ts";
import { terminalOf } from "../ui/terminal.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { kindNamed } from "./known-role.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";

export interface ExecFlags extends GlobalFlags {
  readonly detach?: boolean;
  readonly env: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  /** False for `-T`. */
  readonly tty: boolean;
}

export async function exec(
  invocation: Invocation,
  flags: ExecFlags,
  role: string,
  command: string,
  args: readonly string[],
): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const kind = await kindNamed(project, role);
  const request = requestOf(invocation, flags, { project, role, kind, argv: [command, ...args] });
  if (!flags.detach) return await execIn(invocation, flags, { project, name: role, request });
  await project.engine.runtime.execDetached(role, request);
  return 0;
}

interface Asked {
  readonly project: ViewedProject;
  readonly role: string;
  /** Absent: a role. */
  readonly kind?: "role" | "service";
  readonly argv: readonly string[];
}

export function requestOf(invocation: Invocation, flags: ExecFlags, { project, role, kind, argv }: Asked): ExecRequest {
  const [command = "", ...args] = argv[0] === "--" && argv.length > 1 ? argv.slice(1) : argv;
  return {
    argv: [command, ...args],
    environment: {
      ...(kind !== "service" && stepWords(project, role)),
      ...variables(flags.env, invocation.environment),
    },
    ...(flags.user !== undefined && { user: flags.user }),
    ...(flags.workdir !== undefined && { directory: flags.workdir }),
  };
}

interface Executing {
  readonly project: ViewedProject;
  /** The instance's. */
  readonly name: string;
  readonly request: ExecRequest;
}

/** Until it ends, its bytes as they are; the answer is its exit code. */
export async function execIn(
  invocation: Invocation,
  flags: ExecFlags,
  { project, name, request }: Executing,
): Promise<number> {
  const { runtime } = project.engine;
  const { stdout, stderr, signal } = invocation;
  const stdin = invocation.stdin();
  const hasTerminal = flags.tty && stdin.isTTY === true && stdout.isTTY === true;
  const terminal = hasTerminal ? terminalOf({ stdin, stdout }) : undefined;
  const takeBack = hasTerminal ? invocation.leaveInterrupts() : () => undefined;
  try {
    const streams = { stdin, stdout, stderr, signal, ...(terminal && { terminal }) };
    const { exitCode, problem } = await runtime.exec(name, request, streams);
    if (problem !== undefined) {
      const { progress } = createOutput({ ...invocation, color: flags.color });
      const error = new CrewError("failed", problem);
      progress.write(errorText(error, { ...progress.format(), verbose: flags.verbose }));
    }
    return exitCode;
  } finally {
    takeBack();
  }
}

/** What an agent's step is told of itself besides its environment. */
function stepWords({ crew }: ViewedProject, role: string): Readonly<Record<string, string>> {
  const branch = roleNamed(crew, role)?.branch;
  return { AGENT_ID: role, ...(branch !== undefined && { BRANCH: branch, CREW_BRANCH: branch }) };
}

/** `NAME=value`, or `NAME` for the person's own value; one that is not set is left out, as Compose has it. */
function variables(given: readonly string[], own: Invocation["environment"]): Readonly<Record<string, string>> {
  const entries = given.flatMap((each): readonly (readonly [string, string])[] => {
    const split = each.indexOf("=");
    const name = split < 0 ? each : each.slice(0, split);
    if (name === "") throw new CrewError("failed", `${each} names no variable.`, { hint: "crew exec -e NAME=value …" });
    const value = split < 0 ? own[name] : each.slice(split + 1);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}
