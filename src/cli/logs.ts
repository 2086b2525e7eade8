// crew logs: what roles and gates wrote, control sequences removed, interleaved as it comes, each line with its name.

import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openRecorded } from "./project.ts";

export interface LogsFlags extends GlobalFlags {
  readonly follow?: boolean;
  readonly tail?: number;
}

export async function logs(invocation: Invocation, flags: LogsFlags, names: readonly string[]): Promise<number> {
  const { engine } = await openRecorded(invocation, flags);
  const shown = names.length > 0 ? names : [...(await engine.runtime.observe()).instances.keys()].sort();
  const width = Math.max(0, ...shown.map((name) => name.length));
  const options = {
    follow: flags.follow === true,
    signal: invocation.signal,
    ...(flags.tail !== undefined && { tail: flags.tail }),
  };
  const show = async (name: string) => {
    const prefix = shown.length > 1 ? `${name.padEnd(width)} | ` : "";
    for await (const line of engine.runtime.logs(name, options)) invocation.stdout.write(`${prefix}${line}\n`);
  };
  // Without following, one after the other: a log is read from top to bottom.
  if (!options.follow) for (const name of shown) await show(name);
  else await Promise.all(shown.map(show));
  return invocation.signal.aborted ? 130 : 0;
}
