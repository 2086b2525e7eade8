// Crew's own short programs on a role's volume: a container of the role's image, as hardened as the role's own and without any
// network, that is gone afterwards. Says what came out; an agent may have had a hand in it.
import { randomBytes } from "node:crypto";
import { cleanText } from "../../../agents/clean-text.ts";
import { CrewError } from "../../../errors.ts";
import type { NewEntry } from "../archive.ts";
import {
  createContainer,
  findContainer,
  listContainers,
  removeContainer,
  startContainer,
} from "../containers/containers.ts";
import { hardened, readerLimits } from "../containers/hardening.ts";
import { copyFrames, type Say } from "../containers/streams.ts";
import { type DockerContext, inside } from "../context.ts";
import { isNotFound, translated } from "../errors.ts";
import { hubPath, readFromHub } from "../hub.ts";
import type { Image } from "../images/image.ts";
import { label, labelsOf, roleName } from "../names.ts";
import { ensureGround } from "../volumes/ground.ts";
import { roleMounts } from "../volumes/mounts.ts";

export interface Reading {
  readonly role: string;
  /** Shell text; `$1`… are the arguments. */
  readonly script: string;
  readonly args: readonly string[];
}

export interface Read {
  readonly exitCode: number;
  readonly output: string;
  /** The last line that it said on stderr. */
  readonly complaint: string;
}

const mostOutput = 1_048_576;

/** Undefined where the role has no volume. */
export async function runReader(context: DockerContext, reading: Reading): Promise<Read | undefined> {
  return await withReader(context, reading, async (name) => {
    const engine = await context.engine();
    const container = engine.getContainer(name);
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const [stdout, stderr] = [collected(), collected()];
    const copied = copyFrames(stream as unknown as AsyncIterable<unknown>, { stdout: stdout.say, stderr: stderr.say });
    // It is cut where the reader has to be ended.
    copied.catch(() => undefined);
    await startContainer(context, name);
    const StatusCode = await waitFor(context, name, reading);
    // What a stopped container said may come after the word that it has stopped.
    await copied.catch(() => undefined);
    const said = cleanText(stderr.text())
      .split("\n")
      .filter((line) => line.trim() !== "");
    return { exitCode: StatusCode, output: stdout.text(), complaint: said.at(-1) ?? "" };
  });
}

/** An agent can leave what never ends to be read, such as a pipe where git looks for a file. */
const readerTimeoutMs = 600_000;

async function waitFor(context: DockerContext, name: string, { role }: Reading): Promise<number> {
  const container = (await context.engine()).getContainer(name);
  const ended = new AbortController();
  let isLate = false;
  void context.clock.sleep(readerTimeoutMs, ended.signal).then(async () => {
    if (ended.signal.aborted) return;
    isLate = true;
    await container.kill().catch(() => undefined);
  });
  const { StatusCode } = ((await container.wait()) as { StatusCode: number }) ?? {};
  ended.abort();
  if (!isLate) return StatusCode;
  throw new CrewError("needs-you", `Looking at the work of ${role} took longer than ${readerTimeoutMs / 1000} s.`, {
    hint: `Look into the volume ${roleName(context.names, role)}, copy what you need out of it, and remove it`,
  });
}

/** `use` gets the name of a container that is made and not started. What it stands on is not cleared up meanwhile. */
export function withReader<T>(
  context: DockerContext,
  reading: Reading,
  use: (name: string) => Promise<T>,
): Promise<T | undefined> {
  return context.turns.making(() => read(context, reading, use));
}

async function read<T>(
  context: DockerContext,
  { role, script, args }: Reading,
  use: (name: string) => Promise<T>,
): Promise<T | undefined> {
  const { names } = context;
  const ground = await ensureGround(context, role);
  if (!ground) return undefined;
  const image = await readerImage(context, role);
  await mustBeThere(context, role, image);
  const name = `${roleName(names, role)}.reader-${randomBytes(4).toString("hex")}`;
  const variables = { CREW_ROLE: role, CREW_READER: `[${name}]`, CREW_MAIL: inside.mail, HOME: `${inside.home}/home` };
  await createContainer(context, {
    name,
    Image: image.id,
    User: image.user,
    WorkingDir: "/",
    Env: Object.entries(variables).map(([key, value]) => `${key}=${value}`),
    Entrypoint: ["/bin/sh", "-c", script, "reader"],
    Cmd: [...args],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    Labels: { ...labelsOf(names, "reader", { [label.role]: role }) },
    HostConfig: { ...hardened({ image: image.id, ...readerLimits }, "none"), Mounts: [...roleMounts(names, ground)] },
  });
  try {
    return await use(name);
  } catch (error) {
    throw translated(error, `container ${name}`);
  } finally {
    await removeContainer(context, name);
  }
}

const imagesFolder = "images";

/** In the mail volume, for when the instance is gone and its own volume is not. */
export function readerRecord(role: string, image: Image): readonly NewEntry[] {
  return [{ name: `${imagesFolder}/` }, { name: `${imagesFolder}/${role}`, content: JSON.stringify(image) }];
}

async function readerImage(context: DockerContext, role: string): Promise<Image> {
  const limits = { fileBytes: 4_096, totalBytes: 65_536 };
  const archive = await readFromHub(context, `${hubPath.mail}/${imagesFolder}/${role}`, limits);
  const text = archive?.kind === "whole" ? archive.entries.get(role)?.content?.toString("utf8") : undefined;
  if (text !== undefined) return JSON.parse(text) as Image;
  const found = await findContainer(context, roleName(context.names, role));
  if (found) return { id: found.Image, user: found.Config.User };
  const [other] = (await listContainers(context)).filter(({ Labels }) =>
    ["role", "gate", "setup"].includes(Labels[label.kind] ?? ""),
  );
  if (other) return { id: other.ImageID, user: "1000:1000" };
  throw new CrewError("needs-you", `Nothing is known any more of the image that ${role} ran in.`, {
    hint: `crew up, then crew down; or copy what you need out of it, then docker volume rm ${roleName(context.names, role)}`,
  });
}

/** Images are pruned once nothing runs in them; the work in the volume needs one that has sh and git. */
async function mustBeThere(context: DockerContext, role: string, { id, name = id }: Image): Promise<void> {
  const engine = await context.engine();
  try {
    await engine.getImage(id).inspect();
  } catch (error) {
    if (!isNotFound(error)) throw translated(error, `image ${name}`);
    throw new CrewError("needs-you", `The image ${name} that ${role} ran in is gone: its work cannot be looked at.`, {
      hint: "crew up brings it back, or another one; then type the same command again",
    });
  }
}

function collected(): { readonly say: Say; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let length = 0;
  const say = async (chunk: Buffer) => {
    length += chunk.length;
    if (length <= mostOutput) chunks.push(chunk);
  };
  return { say, text: () => Buffer.concat(chunks).toString("utf8") };
}
