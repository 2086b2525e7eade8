// A person's command in a container of a role or a service, by the engine's exec: as hardened as the container itself, in the environment that
// the agent's step has. Its bytes go through as they are.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Exec } from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { ExecEnd, ExecRequest, ExecStreams, Terminal } from "../../../ports/runtime.ts";
import type { DockerContext } from "../context.ts";
import { translated } from "../errors.ts";
import { failureIn, listening } from "./exec-failure.ts";
import { containerNamed, targetOf } from "./exec-target.ts";
import { copyFrames, sayTo } from "./streams.ts";

export interface Execution {
  readonly role: string;
  readonly request: ExecRequest;
}

export async function exec(context: DockerContext, given: Execution, streams: ExecStreams): Promise<ExecEnd> {
  const { stdin, stdout, stderr, terminal, signal } = streams;
  const name = await containerNamed(context, given.role);
  const guest = `[${name}/${randomBytes(8).toString("hex")}]`;
  const attached = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: terminal !== undefined };
  const { user } = given.request;
  const pass = () => void passSignal(context, { name, guest, signal: `${signal.reason}`, ...(user && { user }) });
  let restore: (() => void) | undefined;
  let forget: (() => void) | undefined;
  try {
    const made = await create(context, given, {
      ...attached,
      guest,
      ...(terminal && { ConsoleSize: consoleSize(terminal) }),
    });
    const raw = (await made.start({ hijack: true, stdin: true, Tty: attached.Tty })) as Duplex;
    signal.addEventListener("abort", pass, { once: true });
    if (signal.aborted) pass();
    // The command may end before it has read all.
    raw.on("error", () => undefined);
    restore = terminal?.raw();
    forget = terminal?.onResize(() => void resize(made, terminal).catch(() => undefined));
    stdin.pipe(raw);
    const sized = terminal && firstSize(context, made, terminal);
    const output = listening(sayTo(stdout));
    if (terminal) for await (const chunk of raw) await output.say(chunk as Buffer);
    else await copyFrames(raw, { stdout: output.say, stderr: sayTo(stderr) });
    await sized;
    const exitCode = await exitCodeOf(context, made);
    const failure = [126, 127].includes(exitCode) ? failureIn(output.held(), failing(given)) : undefined;
    if (failure) return failure;
    await output.release();
    return { exitCode };
  } catch (error) {
    const failure = error instanceof CrewError ? undefined : failureIn(`${error}`, failing(given));
    if (failure) return failure;
    throw translated(error, `container of ${given.role}`);
  } finally {
    signal.removeEventListener("abort", pass);
    stdin.unpipe();
    forget?.();
    restore?.();
  }
}

export async function execDetached(context: DockerContext, given: Execution): Promise<void> {
  const { role } = given;
  try {
    const made = await create(context, given, { guest: `[${await containerNamed(context, role)}]` });
    await made.start({ Detach: true });
  } catch (error) {
    const failure = error instanceof CrewError ? undefined : failureIn(`${error}`, failing(given));
    if (failure) throw new CrewError("failed", failure.problem ?? "", { cause: error });
    throw translated(error, `container of ${role}`);
  }
}

function failing({ role, request }: Execution): { readonly role: string; readonly file: string } {
  return { role, file: request.argv[0] };
}

interface Attached {
  readonly guest: string;
  readonly Tty?: boolean;
  readonly ConsoleSize?: [number, number];
}

async function create(context: DockerContext, { role, request }: Execution, attached: Attached): Promise<Exec> {
  const { guest, ...options } = attached;
  const { container, environment: given, directory } = await targetOf(context, role, request);
  const variables = { ...given, ...request.environment };
  // Without the instance's marker: the end of the agent's step is not its end.
  const environment = { ...(options.Tty && { TERM: "xterm" }), ...variables, CREW_GUEST: guest };
  const engine = await context.engine();
  return await engine.getContainer(container).exec({
    ...options,
    Cmd: [...request.argv],
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    ...(directory !== undefined && { WorkingDir: directory }),
    Privileged: false,
    ...(request.user !== undefined && { User: request.user }),
  });
}

/** From API 1.42 on; an older engine passes it over. */
function consoleSize(terminal: Terminal): [number, number] {
  const { columns, rows } = terminal.size();
  return [rows, columns];
}

async function resize(made: Exec, terminal: Terminal): Promise<void> {
  const { columns, rows } = terminal.size();
  await made.resize({ w: columns, h: rows });
}

/** The engine answers before the command runs, and knows no terminal to resize until then. */
async function firstSize({ clock }: DockerContext, made: Exec, terminal: Terminal): Promise<void> {
  const never = new AbortController().signal;
  for (let n = 1; n <= 10; n += 1) {
    try {
      return await resize(made, terminal);
    } catch {
      await clock.sleep(10 * n, never);
    }
  }
}

/** The streams may end a moment before the engine has seen the end. */
async function exitCodeOf({ clock }: DockerContext, made: Exec): Promise<number> {
  const never = new AbortController().signal;
  for (let n = 0; n < 100; n += 1) {
    const { Running, ExitCode } = await made.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    await clock.sleep(10 + 2 * n, never);
  }
  throw new CrewError("failed", "The engine does not say how the command ended.", { hint: "crew ps" });
}

interface Passing {
  readonly name: string;
  readonly guest: string;
  readonly signal: string;
  readonly user?: string;
}

/** The engine has no call for it. All that the command has started carries its mark. */
async function passSignal(context: DockerContext, { name, guest, signal, user }: Passing): Promise<void> {
  const script = `for each in /proc/[0-9]*; do
  tr '\\0' '\\n' <"$each/environ" 2>/dev/null | grep -qxF "CREW_GUEST=$1" && kill -s "$2" "\${each#/proc/}"
done`;
  try {
    const engine = await context.engine();
    const Cmd = ["/bin/sh", "-c", script, "sh", guest, signal.replace(/^SIG/, "")];
    const made = await engine.getContainer(name).exec({ Cmd, ...(user !== undefined && { User: user }) });
    await made.start({ Detach: true });
  } catch {
    // It has ended, and its command with it.
  }
}
