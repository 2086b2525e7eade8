// Killed in the middle and typed again: the built program and Docker Compose side by side, each by SIGKILL at so many moments of
// a first up, of an up that changes one role, and of a down. Counts what the same command does not put right.
// Usage: npm run bench -- kill-docker --compose PROGRAM [--roles 2] [--kills 6] [--image IMAGE]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import Dockerode from "dockerode";
import { type Contender, composeContender, crewContender } from "./contenders.ts";
import type { Running } from "./running.ts";
import { timed } from "./timing.ts";

const { values } = parseArgs({
  options: {
    compose: { type: "string" },
    roles: { type: "string", default: "2" },
    kills: { type: "string", default: "6" },
    image: { type: "string", default: "crew-test-base:bookworm" },
    engine: { type: "string", default: "/var/run/docker.sock" },
  },
});

const kinds = ["rerun fails", "wrong name", "duplicate", "missing", "not as it is to be", "left over"] as const;
type Fault = (typeof kinds)[number];

const engine = new Dockerode({ socketPath: values.engine });
const root = mkdtempSync(join(tmpdir(), "crew-bench-"));
try {
  const contest = {
    root,
    home: root,
    host: `unix://${values.engine}`,
    roles: Number(values.roles),
    image: values.image,
  };
  const contenders = new Map([["crew", await crewContender(contest)]]);
  if (values.compose !== undefined) contenders.set("compose", composeContender(contest, values.compose));
  process.stdout.write(`${values.roles} roles, ${values.kills} kills each; of how many the same command left what:\n`);
  process.stdout.write(`${["", "of kills", ...kinds].map((each) => each.padEnd(20)).join("")}\n`);
  for (const [name, contender] of contenders) {
    for (const scenario of [firstUp, changedUp, lastDown]) {
      const found = await scenario(contender);
      const counts = kinds.map((kind) => found.filter((faults) => faults.has(kind)).length);
      const bad = found.filter((faults) => faults.size > 0).length;
      const cells = [`${name} ${scenario.name}`, `${bad} of ${found.length}`, ...counts.map(String)];
      process.stdout.write(`${cells.map((cell) => cell.padEnd(20)).join("")}\n`);
      if (name === "crew" && bad > 0) process.exitCode = 1;
    }
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function firstUp(contender: Contender): Promise<readonly ReadonlySet<Fault>[]> {
  const [, wholeMs] = await timed(() => contender.up().ended);
  await contender.down().ended;
  return await atEachMoment(wholeMs, async (ms) => {
    await killed(contender.up(), ms);
    const faults = await seenAfter(contender, contender.up());
    return new Set([...faults, ...(await ended(contender))]);
  });
}

async function changedUp(contender: Contender): Promise<readonly ReadonlySet<Fault>[]> {
  await contender.up().ended;
  contender.change("whole");
  const [, wholeMs] = await timed(() => contender.up().ended);
  await contender.down().ended;
  return await atEachMoment(wholeMs, async (ms) => {
    contender.change("");
    await contender.up().ended;
    contender.change(`at ${ms}`);
    await killed(contender.up(), ms);
    const faults = await seenAfter(contender, contender.up(), `at ${ms}`);
    return new Set([...faults, ...(await ended(contender))]);
  });
}

async function lastDown(contender: Contender): Promise<readonly ReadonlySet<Fault>[]> {
  await contender.up().ended;
  const [, wholeMs] = await timed(() => contender.down().ended);
  return await atEachMoment(wholeMs, async (ms) => {
    await contender.up().ended;
    await killed(contender.down(), ms);
    return await ended(contender);
  });
}

async function atEachMoment(
  wholeMs: number,
  work: (ms: number) => Promise<ReadonlySet<Fault>>,
): Promise<readonly ReadonlySet<Fault>[]> {
  const found: ReadonlySet<Fault>[] = [];
  const kills = Number(values.kills);
  for (let n = 1; n <= kills; n += 1) found.push(await work(Math.round((wholeMs * n) / (kills + 1))));
  return found;
}

async function killed(running: Running, ms: number): Promise<void> {
  const over = running.ended.catch(() => undefined);
  await Promise.race([over, delay(ms)]);
  running.kill();
  await over;
}

/** `changed`: what its changed role is to have in its environment. A driver may still be at it. */
async function seenAfter(
  { label, containers, project }: Contender,
  again: Running,
  changed?: string,
): Promise<Set<Fault>> {
  const faults = new Set<Fault>();
  await again.ended.catch(() => faults.add("rerun fails"));
  for (let tries = 1; ; tries += 1) {
    const found = await faultsNow({ label, containers, project, changed });
    if (found.size === 0 || tries === 20) return new Set([...faults, ...found]);
    await delay(500);
  }
}

interface Looked extends Pick<Contender, "label" | "containers" | "project"> {
  readonly changed: string | undefined;
}

async function faultsNow({ label, containers, project, changed }: Looked): Promise<ReadonlySet<Fault>> {
  const faults = new Set<Fault>();
  const found = (await engine.listContainers({ all: true, filters: { label: [label] } }))
    .map(({ Names, State, Id }) => ({ name: Names[0]?.slice(1) ?? "", State, Id }))
    // The hub, which holds crew's mail and never runs.
    .filter(({ name }) => name !== `${project}.hub`);
  const ofRole = (name: string) => found.filter((each) => each.name.includes(name));
  if (found.some(({ name }) => !containers.includes(name))) faults.add("wrong name");
  for (const name of containers) {
    if (ofRole(name).length > 1) faults.add("duplicate");
    const own = found.find((each) => each.name === name);
    if (!own) faults.add("missing");
    else if (own.State !== "running") faults.add("not as it is to be");
  }
  const first = found.find(({ name }) => name === containers[0]);
  if (changed !== undefined && first && !(await isChanged(first.Id, changed))) faults.add("not as it is to be");
  return faults;
}

/** crew keeps environments out of what the engine shows: there the process itself tells. */
async function isChanged(id: string, value: string): Promise<boolean> {
  const script = `tr '\\0' '\\n' </proc/1/environ | grep -qx "CHANGED=$1" || cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -qx "CHANGED=$1"`;
  try {
    const exec = await engine.getContainer(id).exec({ Cmd: ["sh", "-c", script, "sh", value], AttachStdout: true });
    for await (const _ of await exec.start({}));
    return (await exec.inspect()).ExitCode === 0;
  } catch {
    return false;
  }
}

/** After a down that is left to its end: nothing is to be there, neither by label nor by name. */
async function ended({ label, project, down }: Contender): Promise<ReadonlySet<Fault>> {
  const faults = new Set<Fault>();
  await down().ended.catch(() => faults.add("rerun fails"));
  const labelled = { all: true, filters: { label: [label] } };
  const named = (name: string | undefined) => name?.includes(project) === true;
  const containers = [
    ...(await engine.listContainers(labelled)),
    ...(await engine.listContainers({ all: true })).filter(({ Names }) => Names.some(named)),
  ].map(({ Id }) => Id);
  const volumes = ((await engine.listVolumes()).Volumes ?? []).filter(({ Name }) => named(Name));
  const networks = (await engine.listNetworks()).filter(({ Name }) => named(Name));
  if (containers.length + volumes.length + networks.length > 0) faults.add("left over");
  for (const id of new Set(containers)) await engine.getContainer(id).remove({ force: true });
  for (const { Name } of volumes) await engine.getVolume(Name).remove();
  for (const { Id } of networks) await engine.getNetwork(Id).remove();
  return faults;
}
