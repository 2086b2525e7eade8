// The log of a gate: of its run that began last, after the red one that it repeats, and what is kept once the container is gone.
import type { ContainerInfo } from "dockerode";
import { datedLine } from "../../../agents/dated-line.ts";
import { repeatMark } from "../../../agents/mailbox.ts";
import { CrewError } from "../../../errors.ts";
import type { LogOptions } from "../../../ports/runtime.ts";
import { containerLogs, isWithin, type Line, lastLines, shown } from "../containers/container-lines.ts";
import { findContainer, listContainers } from "../containers/containers.ts";
import type { DockerContext } from "../context.ts";
import { hubPath, putIntoHub, readFromHub, readLeftMail } from "../hub.ts";
import { gateLogName, type Labels, label } from "../names.ts";
import { findVolume } from "../volumes/volumes.ts";

const keptBytes = 1_048_576;
const logsFolder = "gate-logs";

/** The container of a gate, or of a service beside it (`test/db`), that was made last. */
export async function latestRun(context: DockerContext, gate: string): Promise<ContainerInfo | undefined> {
  const runs = (await listContainers(context)).filter(({ Labels }) => logNameOf(Labels) === gate);
  return [...runs].sort((a, b) => b.Created - a.Created)[0];
}

/** Of a gate's container `test`, of a service beside it `test/db`. */
function logNameOf({ [label.gate]: gate, [label.service]: service }: Readonly<Record<string, string>>) {
  return service === undefined ? gate : `${gate}/${service}`;
}

export interface GateRun {
  readonly gate: string;
  /** Absent: it is gone. */
  readonly latest: ContainerInfo | undefined;
}

export async function* gateLogs(
  context: DockerContext,
  { gate, latest }: GateRun,
  options: LogOptions,
): AsyncIterable<string> {
  if (latest) {
    const container = latest.Names[0]?.slice(1) ?? "";
    const before = await repeatedLog(context, latest.Labels);
    if (options.tail === undefined) {
      for (const line of before) if (isWithin(line, options)) yield shown(line, options);
      for await (const line of containerLogs(context, container, options)) yield shown(line, options);
      return;
    }
    const { lines } = await lastLines(context, container, options);
    yield* endShown([...before, ...lines], options);
    return;
  }
  const kept = (await keptLog(context, gate)) ?? (await logOfLeftVolume(context, gate));
  if (!kept) {
    throw new CrewError("failed", `There is no log of gate ${JSON.stringify(gate)}: it has not run.`, {
      hint: "crew status",
    });
  }
  yield* endShown(kept.lines, options);
}

function endShown(lines: readonly Line[], options: LogOptions): readonly string[] {
  const within = lines.filter((line) => isWithin(line, options));
  const from = options.tail === undefined ? 0 : Math.max(0, within.length - options.tail);
  return within.slice(from).map((line) => shown(line, options));
}

interface KeptLog {
  readonly lines: readonly Line[];
  /** Key of the run that it is the log of. */
  readonly run: string;
  /** Identity of the container that it was taken from. */
  readonly container: string;
}

async function keptLog(context: DockerContext, gate: string, read = readFromHub): Promise<KeptLog | undefined> {
  const kept = gateLogName(gate);
  const limits = { fileBytes: 2 * keptBytes, totalBytes: 3 * keptBytes };
  const archive = await read(context, `${hubPath.mail}/${logsFolder}/${kept}`, limits);
  const text = archive?.kind === "whole" ? archive.entries.get(kept)?.content?.toString("utf8") : undefined;
  if (text === undefined) return undefined;
  const [, run = "", container = "", rest = text] = /^run (\S+)(?: (\S+))?\n(.*)$/s.exec(text) ?? [];
  return {
    run,
    container,
    lines: rest
      .split("\n")
      .slice(0, -1)
      .map((line) => datedLine(line)),
  };
}

/** The hub went with the project's last container, its volume did not. */
async function logOfLeftVolume(context: DockerContext, gate: string): Promise<KeptLog | undefined> {
  const { names } = context;
  if (!(await findVolume(context, names.mail)) || (await findContainer(context, names.hub))) return undefined;
  return await keptLog(context, gate, readLeftMail);
}

/** What was kept of the red run that a gate's container repeats, and the mark that ends it. */
async function repeatedLog(context: DockerContext, labels: Labels): Promise<readonly Line[]> {
  const { [label.repeats]: run, [label.gate]: gate, [label.service]: service } = labels;
  if (run === undefined || gate === undefined || service !== undefined) return [];
  const kept = await keptLog(context, gate);
  if (kept?.run !== run) return [];
  const at = kept.lines.at(-1)?.at ?? new Date(0).toISOString();
  return [...kept.lines, { at, text: repeatMark }];
}

interface Keeping {
  readonly name: string;
  /** Identity of the container: one that runs again under its key has another. */
  readonly container: string;
  readonly key: string;
  readonly labels: Labels;
}

/** The end of it, cleaned: for when the container is gone. Again for one whose log is kept, it leaves that as it is. */
export async function keepGateLog(context: DockerContext, { name, container, key, labels }: Keeping): Promise<void> {
  const gate = labels[label.gate] ?? "";
  if ((await keptLog(context, gate))?.container === container) return;
  const before = await repeatedLog(context, labels);
  const { lines } = await lastLines(context, name, { tail: 10_000 });
  const content = [...before, ...lines]
    .map(({ at, text }) => `${at} ${text}\n`)
    .join("")
    .slice(-keptBytes);
  await putIntoHub(context, hubPath.mail, [
    { name: `${logsFolder}/` },
    { name: `${logsFolder}/${gateLogName(gate)}`, content: `run ${key} ${container}\n${content}` },
  ]);
}
