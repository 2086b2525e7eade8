// Gate runs: a container for each, with all that it needs in its own layer and a fresh clone in which gate.sh works unattended.
// Decides nothing about verdicts.

import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import type { ContainerInfo } from "dockerode";
import { keyLines, mailLimits, parseGateResult } from "../../../agents/mailbox.ts";
import { CrewError } from "../../../errors.ts";
import type { SecretGrant } from "../../../model/secret.ts";
import type { GateRun } from "../../../model/world.ts";
import type { NewGate } from "../../../ports/runtime.ts";
import { archiveOf, type NewEntry, readArchive } from "../archive.ts";
import { createContainer, findContainer, removeContainer, startContainer } from "../containers/containers.ts";
import { hardened } from "../containers/hardening.ts";
import { type DockerContext, inside } from "../context.ts";
import { isNotFound, translated } from "../errors.ts";
import { ensureHub } from "../hub.ts";
import { imageOf } from "../images/images.ts";
import { setupImage } from "../images/setup-images.ts";
import { environmentFiles, environmentText } from "../instance/instance-files.ts";
import { secretEntries, secretsFolder, secretVariables } from "../instance/secrets.ts";
import { gateContainerName, type Labels, label, labelsOf, serviceNetworkName } from "../names.ts";
import { ensureNetwork } from "../networks/network.ts";
import { ensureOwnerNetwork, leaveGateNetwork, reachServices, sharedLabel } from "../networks/owner-networks.ts";
import { tidy } from "../tidy.ts";
import { sharedMount } from "../volumes/mounts.ts";
import { scriptPath, shareCommits } from "../volumes/objects.ts";
import { keepGateLog } from "./gate-logs.ts";
import { removeGateRemains } from "./gate-remains.ts";

/** A running gate or one with a result is left as it is; a killed one is begun anew. */
export async function startGate(context: DockerContext, gate: NewGate): Promise<void> {
  const { names } = context;
  const labels = labelsOf(names, "gate", {
    [label.gate]: gate.gate,
    [label.key]: gate.key,
    ...(gate.repeats !== undefined && { [label.repeats]: gate.repeats }),
  });
  await startClone(context, {
    name: gateContainerName(names, gate.key),
    labels,
    gate,
    entries: [],
    result: gateResult,
  });
}

export interface Clone {
  /** Of the container. */
  readonly name: string;
  readonly labels: Labels;
  readonly gate: NewGate;
  /** What it finds besides what a gate does. */
  readonly entries: readonly NewEntry[];
  /** Absolute: where its result lies in the end. */
  readonly result: string;
}

/** As a gate's: one that runs or has a result is left as it is. */
export async function startClone(
  context: DockerContext,
  { name, labels, gate, entries, result }: Clone,
): Promise<void> {
  const { names, assets } = context;
  const found = await findContainer(context, name);
  if (found?.State.Running || (found && (await resultOf(context, name, result)))) return;
  if (found) await removeContainer(context, name);
  if (!gate.container) {
    throw new CrewError("invalid", `Gate ${gate.gate} has no image to run in.`, {
      hint: "write image: … into defaults",
    });
  }
  const image = await imageOf(context, gate.container);
  const { services = [], isolated = false } = gate;
  const owner = { kind: "gate", gate: gate.gate, key: gate.key, ...(isolated && { isolated }) } as const;
  const network = !isolated ? names.network : services.length > 0 ? serviceNetworkName(names, owner) : "none";
  await Promise.all([
    isolated ? services.length > 0 && ensureOwnerNetwork(context, owner) : ensureNetwork(context),
    ensureHub(context),
  ]);
  await shareCommits(context, [gate.commit]);
  const kept = await setupImage(context, gate.warm);
  await createContainer(context, {
    name,
    Image: kept ?? image.id,
    User: image.user,
    WorkingDir: inside.home,
    Entrypoint: ["/bin/sh", "-c", `. ${inside.home}/${environmentFiles.shell} && exec /bin/sh "$0" "$1"`],
    Cmd: [scriptPath(assets, "gate.sh"), inside.home],
    Labels: { ...labels, ...sharedLabel(services) },
    HostConfig: { ...hardened(gate.container, network), Mounts: [sharedMount(names)] },
  });
  try {
    const container = (await context.engine()).getContainer(name);
    await container.putArchive(archiveOf([...filesOf(context, gate, name), ...entries]), { path: "/" });
  } catch (error) {
    throw translated(error, `gate ${gate.gate}`);
  }
  await reachServices(context, { owner, container: name, services });
  await startContainer(context, name);
}

function filesOf({ source, assets }: DockerContext, gate: NewGate, name: string): readonly NewEntry[] {
  const crews = {
    CI: "true",
    CREW_ROLE: "gate",
    CREW_INSTANCE: `[${name}]`,
    CREW_STREAM: "1",
    CREW_KEPT: inside.kept,
    CREW_BIN: scriptPath(assets, ""),
    ...secretVariables(gate.secrets ?? []),
  };
  const shallow =
    source.shallowFile === undefined ? {} : { "source/shallow": readFileSync(source.shallowFile, "utf8") };
  const files = {
    [environmentFiles.shell]: environmentText(gate.environment, crews),
    "source/format": `${source.objectFormat}\n`,
    "source/alternates": `${inside.objects}\n`,
    ...shallow,
    "parts/commit": gate.commit,
    "parts/run": gate.run,
    "parts/setup": gate.setup ?? "",
    "parts/setup-key": keyLines(gate.setupKey),
    "parts/timeout": `${gate.timeoutSeconds}`,
  };
  const home = inside.home.slice(1);
  const folders = ["", "/home", "/log", "/state", "/parts", "/source"];
  return [
    ...folders.map((folder) => ({ name: `${home}${folder}/`, mode: 0o777 })),
    ...Object.entries(files).map(([path, content]) => ({ name: `${home}/${path}`, content })),
    ...secretFiles(gate.secrets ?? []),
  ];
}

/** In a folder that the gate's script can empty: what is judged finds none of them. */
function secretFiles(secrets: readonly SecretGrant[]): readonly NewEntry[] {
  const folder = secretsFolder.slice(1);
  const files = secretEntries(secrets).map((entry) => ({ ...entry, name: `${folder}/${entry.name}` }));
  return files.length === 0 ? [] : [{ name: `${folder}/`, mode: 0o777 }, ...files];
}

export async function observeGate(context: DockerContext, { Labels, State, Names }: ContainerInfo): Promise<GateRun> {
  const key = Labels[label.key] ?? "";
  const gate = Labels[label.gate] ?? "";
  if (State === "running" || State === "paused") return { key, gate, running: true };
  const result = await resultOf(context, Names[0]?.slice(1) ?? "", gateResult);
  return { key, gate, running: false, ...(result && { result }) };
}

const gateResult = `${inside.home}/result`;

export async function resultOf(context: DockerContext, name: string, path: string): Promise<GateRun["result"]> {
  const limits = { fileBytes: mailLimits.result, totalBytes: mailLimits.result + 4_096 };
  try {
    const container = (await context.engine()).getContainer(name);
    const stream = await container.getArchive({ path });
    const archive = await readArchive(stream as Readable, limits);
    const text = archive.kind === "whole" ? archive.entries.get("result")?.content?.toString("utf8") : undefined;
    return text === undefined ? undefined : parseGateResult(text);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw translated(error, `container ${name}`);
  }
}

/** Its log stays for `crew logs gate:<name>` until the project's last volume goes. */
export async function removeGate(context: DockerContext, key: string): Promise<void> {
  const name = gateContainerName(context.names, key);
  const found = await findContainer(context, name);
  if (!found) return;
  await keepGateLog(context, { name, container: found.Id, key, labels: found.Config.Labels });
  await removeContainer(context, name);
  await leaveGateNetwork(context, key);
  await removeGateRemains(context);
  await tidy(context);
}
