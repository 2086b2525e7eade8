// crew logs: what roles and gates wrote, control sequences removed, interleaved as it comes, each line with its name. A role that
// is replaced meanwhile is followed on. Changes nothing.
import { didYouMean } from "../config/did-you-mean.ts";
import { CrewError } from "../errors.ts";
import { servicesIn, serviceWords } from "../model/services.ts";
import type { LogOptions } from "../ports/runtime.ts";
import { logPrefixes } from "../ui/log-lines.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { OpenProject } from "./opened.ts";
import { openRecorded } from "./project.ts";

export interface LogsFlags extends GlobalFlags {
  readonly follow?: boolean;
  /** Absent: all. */
  readonly tail?: number;
  readonly since?: (nowMs: number) => number;
  readonly until?: (nowMs: number) => number;
  readonly timestamps?: boolean;
  /** False for `--no-log-prefix`. */
  readonly logPrefix: boolean;
}

export async function logs(invocation: Invocation, flags: LogsFlags, names: readonly string[]): Promise<number> {
  const { engine } = await openRecorded(invocation, flags);
  const shown = names.length > 0 ? [...new Set(names)] : [...(await engine.runtime.observe()).instances.keys()].sort();
  await mustBeKnown(engine, names);
  const { data } = createOutput({ ...invocation, color: flags.color });
  const ending = new AbortController();
  const options = optionsOf(flags, {
    nowMs: engine.clock.nowMs(),
    signal: AbortSignal.any([invocation.signal, data.gone, ending.signal]),
  });
  const hasPrefix = shown.length > 1 && flags.logPrefix;
  const prefixes = logPrefixes(hasPrefix ? shown : [], data.format().color);
  const show = async (name: string) => {
    const prefix = prefixes.get(name) ?? "";
    for await (const line of engine.runtime.logs(name, options)) {
      if (data.gone.aborted) return;
      data.write(`${prefix}${line}\n`);
    }
  };
  if (options.follow && options.untilMs !== undefined) {
    const leftMs = Math.max(0, options.untilMs - engine.clock.nowMs());
    void engine.clock.sleep(leftMs, options.signal).then(() => ending.abort());
  }
  try {
    // Without following, one after the other: a log is read from top to bottom.
    if (!options.follow) for (const name of shown) await show(name);
    else await Promise.all(shown.map(show));
  } finally {
    // One that is not there ends the others too.
    ending.abort();
  }
  await data.flush();
  return invocation.signal.aborted ? 130 : 0;
}

interface Reading {
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

function optionsOf({ follow, tail, since, until, timestamps }: LogsFlags, { nowMs, signal }: Reading): LogOptions {
  return {
    follow: follow === true,
    signal,
    ...(tail !== undefined && { tail }),
    ...(since && { sinceMs: since(nowMs) }),
    ...(until && { untilMs: until(nowMs) }),
    ...(timestamps === true && { timestamps }),
  };
}

/** Whatever has a folder has a log. Of gates only the log itself knows. */
async function mustBeKnown({ runtime }: OpenProject["engine"], names: readonly string[]): Promise<void> {
  const roles = names.filter((name) => !name.startsWith("gate:"));
  if (roles.length === 0) return;
  const { instances, volumes, ...seen } = await runtime.observe();
  const ofServices = servicesIn(seen).map(({ owner, name }) => serviceWords(owner, name));
  const known = [...new Set([...instances.keys(), ...volumes, ...ofServices])].sort();
  const unknown = roles.find((role) => !known.includes(role));
  if (unknown === undefined) return;
  const meant = didYouMean(unknown, known);
  const hint = known.length === 0 ? "crew up" : `Roles: ${known.join(", ")}; gates as gate:NAME`;
  throw new CrewError("failed", `There is no log of ${JSON.stringify(unknown)}`, {
    hint: `${meant === undefined ? "" : `Did you mean ${meant}? `}${hint}`,
  });
}
