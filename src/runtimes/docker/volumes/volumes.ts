// Volumes of the engine by name: made with crew's labels, removed, and never taken from somebody else. Knows no role.
import type Dockerode from "dockerode";
import type { MountSettings, VolumeInspectInfo } from "dockerode";
import type { DockerContext } from "../context.ts";
import { isNotFound, translated } from "../errors.ts";
import { isOwn, type Labels, nameTaken } from "../names.ts";
import type { VolumeOptions } from "./ground-data.ts";

/** A folder of the engine's machine that a volume stands for. */
export function boundTo(device: string): VolumeOptions {
  return { Driver: "local", DriverOpts: { type: "none", o: "bind", device } };
}

interface VolumeMount {
  readonly name: string;
  readonly at: string;
  readonly labels: Labels;
  readonly options?: VolumeOptions;
  readonly readOnly?: boolean;
  /** Where it is new, it begins with what the image has there. */
  readonly copy?: boolean;
}

/** One that is not there when it is mounted is made by the engine: labelled, it is crew's all the same. */
export function volumeMount({
  name,
  at,
  labels,
  options = {},
  readOnly = false,
  copy = false,
}: VolumeMount): MountSettings {
  const DriverConfig = { Name: options.Driver ?? "local", Options: { ...options.DriverOpts } };
  const VolumeOptions = { NoCopy: !copy, Labels: { ...labels }, DriverConfig };
  return { Type: "volume", Source: name, Target: at, ReadOnly: readOnly, VolumeOptions };
}

/** The volume of that name, made if it is not there. */
export async function ensureVolume(
  context: DockerContext,
  name: string,
  labels: Labels,
  options: VolumeOptions = {},
): Promise<VolumeInspectInfo> {
  const engine = await context.engine();
  delete context.listed.last;
  try {
    // The engine gives back the one that there is, as it was made.
    const volume = await created(engine, { Name: name, Labels: { ...labels }, ...options });
    if (!isOwn(context.names, volume.Labels)) throw nameTaken("volume", name);
    return volume;
  } catch (error) {
    throw translated(error, `volume ${name}`);
  }
}

/** Dockerode's own call keeps what the engine says of it to itself. */
function created(engine: Dockerode, options: object): Promise<VolumeInspectInfo> {
  const statusCodes = { 200: true, 201: true, 500: "server error" };
  const call = { path: "/volumes/create?", method: "POST", allowEmpty: true, options, statusCodes };
  return new Promise((resolve, reject) => {
    const done = (error: unknown, volume: unknown) => (error ? reject(error) : resolve(volume as VolumeInspectInfo));
    engine.modem.dial(call, done);
  });
}

export async function findVolume(context: DockerContext, name: string): Promise<VolumeInspectInfo | undefined> {
  const engine = await context.engine();
  try {
    const volume = await engine.getVolume(name).inspect();
    if (!isOwn(context.names, volume.Labels)) throw nameTaken("volume", name);
    return volume;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw translated(error, `volume ${name}`);
  }
}

export async function removeVolumeNamed(context: DockerContext, name: string): Promise<void> {
  const listed = context.listed.last?.volumes;
  if (!(listed ? listed.has(name) : await findVolume(context, name))) return;
  const engine = await context.engine();
  try {
    await engine.getVolume(name).remove();
  } catch (error) {
    if (!isNotFound(error)) throw translated(error, `volume ${name}`);
  }
  listed?.delete(name);
}
