// The lines of a role's, a service's or a gate's log, as the engine keeps what they said on stdout; followed also over a replacement.
import { CrewError } from "../../../errors.ts";
import type { LogOptions } from "../../../ports/runtime.ts";
import type { DockerContext } from "../context.ts";
import { gateLogs, latestRun } from "../gates/gate-logs.ts";
import { isServiceName, roleName } from "../names.ts";
import { findVolume } from "../volumes/volumes.ts";
import { containerLogs, isWithin, lastLines, retold, shown } from "./container-lines.ts";
import { findContainer } from "./containers.ts";
import { containerNamed } from "./exec-target.ts";
import { failedCheck } from "./health.ts";

const waitMs = 1_000;

export async function* readLogs(context: DockerContext, name: string, options: LogOptions): AsyncIterable<string> {
  const gate = /^gate:(.*)$/s.exec(name)?.[1];
  if (gate !== undefined) {
    const latest = await latestRun(context, gate);
    yield* gateLogs(context, { gate, latest }, options);
    if (latest) yield* await checkOf(context, latest.Names[0]?.slice(1) ?? "", options);
    return;
  }
  const own = roleName(context.names, name);
  const container = context.listed.last?.containers.has(own) ? own : await knownContainer(context, name);
  yield* containerLog(context, container, options);
  yield* await checkOf(context, container, options);
}

async function knownContainer(context: DockerContext, name: string): Promise<string> {
  const container = await containerNamed(context, name);
  if ((await findContainer(context, container)) ?? (await findVolume(context, container))) return container;
  throw new CrewError("failed", `There is no log of ${JSON.stringify(name)}.`, { hint: "crew ps" });
}

/** After its own lines, whatever number of those was asked for. */
async function checkOf(context: DockerContext, container: string, options: LogOptions): Promise<readonly string[]> {
  if (!isServiceName(container) || options.follow || options.tail === 0) return [];
  const lines = await failedCheck(context, container);
  return lines.filter((line) => isWithin(line, options)).map((line) => shown(line, options));
}

async function* containerLog(context: DockerContext, container: string, options: LogOptions): AsyncIterable<string> {
  let after: string | undefined;
  if (options.tail !== undefined) {
    const last = await lastLines(context, container, options);
    after = last.at;
    for (const line of last.lines) yield shown(line, options);
    if (!options.follow) return;
  }
  for (;;) {
    for await (const line of containerLogs(context, container, { ...options, ...(after !== undefined && { after }) })) {
      after = line.at;
      for (const each of retold(line, options)) yield shown(each, options);
    }
    if (!options.follow || options.signal.aborted) return;
    // It was stopped, or is being replaced.
    await context.clock.sleep(waitMs, options.signal);
  }
}
