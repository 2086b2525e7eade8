// crew attach: a person at a role's session in its agent's place, for as long as this process lives. What it runs there
// is typed into; the agent's turn waits, and goes on when the person hands back.
import { CrewError } from "../errors.ts";
import { roleNamed } from "../model/crew.ts";
import { errorText } from "../ui/attention.ts";
import { createOutput } from "../ui/output.ts";
import { terminalOf } from "../ui/terminal.ts";
import { detachKeys, watchingFor } from "./detach-keys.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { mustBeKnown } from "./known-role.ts";
import { openLastGood } from "./project.ts";
import { supervisorArgv, takeWheel } from "./wheel.ts";

export interface AttachFlags extends GlobalFlags {
  readonly detachKeys: string;
}

/** As a shell has it for Ctrl-C. */
const interrupted = 130;

export async function attach(invocation: Invocation, flags: AttachFlags, role: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  await mustBeKnown(project, role);
  const keys = detachKeys(flags.detachKeys);
  const { stdin, stdout, stderr, signal, environment } = invocation;
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new CrewError("failed", "crew attach needs a terminal.", { hint: `crew exec ${role} COMMAND` });
  }
  const { runtime } = project.engine;
  const say = (words: string) => stderr.write(`${words}\n`);
  const person = environment.USER || environment.LOGNAME || "a person";
  const interactive = roleNamed(project.crew, role)?.agent.interactive ?? "";
  say(`The turn of ${role} stops.`);
  const wheel = await takeWheel({ runtime, role, person, signal });
  if (!wheel) return interrupted;
  const program = interactive === "" ? "A shell in its work tree: its agent has no interactive command" : interactive;
  say(`${program}. ${flags.detachKeys} or its end hands ${role} back.`);
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
    const argv = supervisorArgv("session", interactive, `${columns}`, `${rows}`);
    const request = { argv, environment: { CREW_TERM: environment.TERM ?? "xterm" } };
    const { exitCode, problem } = await runtime.exec(role, request, {
      stdin: stdin.pipe(typed),
      stdout,
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
    await wheel.release();
    takeBack();
    restore();
    stdin.unpipe(typed);
    stdin.pause();
    say(`\n${role} goes on by itself.`);
  }
}
