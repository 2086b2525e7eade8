// crew attach: a person at a role's session in its agent's place, for as long as this process lives. What it runs there
// is typed into; the agent's turn waits, and goes on when the person hands back.
import { interactiveLine } from "../agents/preset-line.ts";
import { presetOf } from "../agents/preset-of.ts";
import { CrewError } from "../errors.ts";
import { type Agent, roleNamed } from "../model/crew.ts";
import { errorText } from "../ui/attention.ts";
import { createOutput } from "../ui/output.ts";
import { terminalOf } from "../ui/terminal.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { mustBeKnown } from "./known-role.ts";
import { openLastGood, openProject } from "./project/project.ts";
import { detachKeys, watchingFor } from "./terminal/detach-keys.ts";
import { shown, watch } from "./terminal/sight.ts";
import { supervisorArgv, takeWheel } from "./terminal/wheel.ts";

export interface AttachFlags extends GlobalFlags {
  readonly detachKeys: string;
  /** False: only looks at what whoever is attached sees. */
  readonly stdin: boolean;
}

/** Whatever a program that is still on it made of it: no other screen, the cursor seen, no colours (ECMA-48, xterm). */
const plainScreen = "\x1b[?1049l\x1b[?25h\x1b[0m\r\n";
/** As a shell has it for Ctrl-C. */
const interrupted = 130;

interface Interactive {
  /** For the person. */
  readonly words: string;
  /** Shell text; empty: a shell. */
  readonly text: string;
}

function interactiveOf(agent: Agent | undefined): Interactive {
  const preset = agent && presetOf(agent);
  if (agent?.interactive !== undefined) return { words: agent.interactive, text: agent.interactive };
  if (agent && preset?.interactive)
    return { words: `${preset.program} in its session`, text: interactiveLine(preset, agent) };
  return { words: "A shell in its work tree: its agent has no interactive command", text: "" };
}

function isUnread(agent: Agent | undefined): boolean {
  return agent?.preset !== undefined && agent.interactive === undefined && !presetOf(agent);
}

export async function attach(invocation: Invocation, flags: AttachFlags, role: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  await mustBeKnown(project, role);
  const keys = detachKeys(flags.detachKeys);
  const { stdout, stderr, signal, environment } = invocation;
  const session = { directory: project.directory, role, environment };
  if (!flags.stdin) {
    await watch(session, stdout, signal);
    if (stdout.isTTY) stdout.write(plainScreen);
    return signal.aborted ? interrupted : 0;
  }
  const found = roleNamed(project.crew, role)?.agent;
  // Without its preset nobody knows the program of the session: the file is refused for what is wrong with it.
  const agent = isUnread(found) ? roleNamed((await openProject(invocation, flags)).crew, role)?.agent : found;
  const stdin = invocation.stdin();
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new CrewError("failed", "crew attach needs a terminal.", { hint: `crew exec ${role} COMMAND` });
  }
  const { runtime } = project.engine;
  const say = (words: string) => stderr.write(`${words}\n`);
  const person = environment.USER || environment.LOGNAME || "a person";
  const { words, text } = interactiveOf(agent);
  say(`The turn of ${role} stops.`);
  const wheel = await takeWheel({ runtime, role, person, signal });
  if (!wheel) return interrupted;
  say(`${words}. ${flags.detachKeys} or its end hands ${role} back.`);
  const { screen, end } = await shown(session, stdout);
  const terminal = terminalOf({ stdin, stdout });
  const restore = terminal.raw();
  const takeBack = invocation.leaveInterrupts();
  const typed = watchingFor(keys, () => void wheel.release());
  const { columns, rows } = terminal.size();
  const forget = terminal.onResize(() => {
    const size = terminal.size();
    void runtime
      .execDetached(role, { argv: supervisorArgv("resize", `${size.columns}`, `${size.rows}`), environment: {} })
      .catch(() => undefined);
  });
  try {
    const argv = supervisorArgv("session", text, `${columns}`, `${rows}`);
    const request = { argv, environment: { CREW_TERM: environment.TERM ?? "xterm" } };
    const { exitCode, problem } = await runtime.exec(role, request, {
      stdin: stdin.pipe(typed),
      stdout: screen,
      stderr,
      signal,
      terminal,
    });
    if (problem !== undefined) {
      const { progress } = createOutput({ ...invocation, color: flags.color });
      progress.write(errorText(new CrewError("failed", problem), { ...progress.format(), verbose: flags.verbose }));
    }
    return exitCode === 126 || exitCode === 127 ? exitCode : 0;
  } finally {
    forget();
    await end();
    await wheel.release();
    takeBack();
    restore();
    stdin.unpipe(typed);
    stdin.pause();
    say(`\n${role} goes on by itself.`);
  }
}
