// crew logs: what roles and gates wrote, control sequences removed, interleaved as it comes, each line with its name; what an
// agent's program streams as JSON is told for a person. A role that is replaced meanwhile is followed on. Changes nothing.
import { transcript } from "../agents/transcript/index.ts";
import { didYouMean } from "../config/did-you-mean.ts";
import { CrewError } from "../errors.ts";
import { type Crew, roleNamed } from "../model/crew.ts";
import type { LogOptions } from "../ports/runtime.ts";
import { logPrefixes } from "../ui/log-lines.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { servicesThere } from "./known-role.ts";
import type { OpenProject } from "./project/opened.ts";
import { openLastGood, openRecorded } from "./project/project.ts";
import { keptTranscripts } from "./project/transcripts.ts";

export interface LogsFlags extends GlobalFlags {
  readonly follow?: boolean;
  /** Absent: all. */
  readonly tail?: number;
  readonly since?: (nowMs: number) => number;
  readonly until?: (nowMs: number) => number;
  readonly timestamps?: boolean;
  /** False for `--no-log-prefix`. */
  readonly logPrefix: boolean;
  /** Nothing is told in other words. */
  readonly raw?: boolean;
}

export async function logs(invocation: Invocation, flags: LogsFlags, names: readonly string[]): Promise<number> {
  const { engine, directory } = await openRecorded(invocation, flags);
  const kept = await keptTranscripts(directory);
  const there = names.length > 0 ? names : [...(await engine.runtime.observe()).instances.keys(), ...kept].sort();
  const shown = [...new Set(there)];
  await mustBeKnown(engine, { names, kept });
  const { data } = createOutput({ ...invocation, color: flags.color });
  const ending = new AbortController();
  const options = optionsOf(flags, {
    nowMs: engine.clock.nowMs(),
    signal: AbortSignal.any([invocation.signal, data.gone, ending.signal]),
  });
  const retellingOf = flags.raw ? () => ({}) : await retelling(invocation, flags);
  const hasPrefix = shown.length > 1 && flags.logPrefix;
  const prefixes = logPrefixes(hasPrefix ? shown : [], data.format().color);
  const show = async (name: string) => {
    const prefix = prefixes.get(name) ?? "";
    for await (const line of engine.runtime.logs(name, { ...options, ...retellingOf(name) })) {
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

/** Without a file that was ever good there is no saying what roles run. */
async function retelling(invocation: Invocation, flags: LogsFlags): Promise<(name: string) => Partial<LogOptions>> {
  const crew = await openLastGood(invocation, flags).then(
    (project): Crew | undefined => project.crew,
    () => undefined,
  );
  return (name) => {
    const role = crew && roleNamed(crew, name);
    if (role?.agent.preset === undefined) return {};
    return { retell: transcript({ isSubscribed: role.credential?.billing === "subscription" }) };
  };
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
async function mustBeKnown(
  { runtime }: OpenProject["engine"],
  { names, kept }: { readonly names: readonly string[]; readonly kept: readonly string[] },
): Promise<void> {
  const roles = names.filter((name) => !name.startsWith("gate:") && !kept.includes(name));
  if (roles.length === 0) return;
  const { instances, volumes, ...seen } = await runtime.observe();
  const known = [...new Set([...instances.keys(), ...volumes, ...kept, ...servicesThere(seen)])].sort();
  const unknown = roles.find((role) => !known.includes(role));
  if (unknown === undefined) return;
  const meant = didYouMean(unknown, known);
  const hint = known.length === 0 ? "crew up" : `There is: ${known.join(", ")}; gates as gate:NAME`;
  throw new CrewError("failed", `There is no log of ${JSON.stringify(unknown)}`, {
    hint: `${meant === undefined ? "" : `Did you mean ${meant}? `}${hint}`,
  });
}
