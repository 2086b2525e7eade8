// Builds an image with the engine's own builder (the classic one, which every engine and Podman answer to), under a name that
// is made of its content. What was built of something else than was looked at gets no name.
import type { ImageBuildOptions } from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { BuildSpec } from "../../../model/build.ts";
import { builtName } from "../../../model/built-name.ts";
import type { BuildOptions, NewImage } from "../../../ports/runtime.ts";
import type { DockerContext } from "../context.ts";
import { translated } from "../errors.ts";
import { type Kind, label } from "../names.ts";
import { type BuildOutput, buildOutput } from "./build-output.ts";
import { contextArchive } from "./context-archive.ts";

export async function buildImage(
  context: DockerContext,
  { image, build }: NewImage,
  { signal, onLine }: BuildOptions = {},
): Promise<void> {
  const { repositoryId } = context.names;
  const args = argumentsOf(context, build);
  const { stream, content, dockerfile } = await contextArchive(build);
  const output = buildOutput(onLine);
  const breaking = new AbortController();
  const abort = () => breaking.abort();
  signal?.addEventListener("abort", abort, { once: true });
  // Whatever else was sent is not worth the rest of the building.
  const isAsSeen = content.then(
    (sent) => {
      if (builtName(build, { repositoryId, content: sent }) === image) return true;
      abort();
      return false;
    },
    (error: unknown) => {
      abort();
      throw error;
    },
  );
  isAsSeen.catch(() => undefined);
  try {
    const options = optionsOf({ ...build, ...args }, { dockerfile, repositoryId });
    const id = await followed(context, { stream, options, output, signal: breaking.signal });
    if (await isAsSeen) await nameImage(context, id, [image, ...(build.tags ?? [])]);
  } catch (error) {
    if (signal?.aborted) throw new CrewError("failed", "The build was broken off.", { hint: "crew up", cause: error });
    if (await isAsSeen) throw failed(error, { build, output });
  } finally {
    signal?.removeEventListener("abort", abort);
    stream.destroy();
  }
  if (await isAsSeen) return;
  context.contents.forget(build);
  throw new CrewError("conflict", `What ${image} is built from changed meanwhile.`, { hint: "crew up" });
}

interface Running {
  readonly stream: NodeJS.ReadableStream;
  readonly options: ImageBuildOptions;
  readonly output: BuildOutput;
  readonly signal: AbortSignal;
}

/** Of those that say where things come from, what its steps take. */
function argumentsOf({ buildArguments }: DockerContext, { layer }: BuildSpec): Pick<BuildSpec, "args"> {
  const taken = layer?.nodeImage ? ["NODE_IMAGE", "NPM_CONFIG_REGISTRY"] : layer?.index ? ["PIP_INDEX_URL"] : undefined;
  if (!taken) return {};
  const args = Object.entries(buildArguments).filter(([name]) => taken.includes(name));
  for (const [name, value] of args) if (/^[a-z+]+:\/\/[^/]*@/i.test(value)) throw told(name);
  return { args: Object.fromEntries(args) };
}

/** The engine keeps what a step was given in the image's history. */
function told(name: string): CrewError {
  return new CrewError("needs-you", `${name} holds a password: whoever gets the image could read it there.`, {
    hint: `Name one in ${name} that needs none, or put the agent's program into the role's own image (image:, or build:)`,
  });
}

/** The image's id. */
async function followed(context: DockerContext, { stream, options, output, signal }: Running): Promise<string> {
  const engine = await context.engine();
  const answer = await engine.buildImage(stream, { ...options, abortSignal: signal });
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(
      answer,
      (error) => (error ? reject(error) : resolve()),
      (event: unknown) => output.add(event),
    );
  });
  const { id, complaint } = output;
  if (complaint !== undefined) throw new Error(complaint);
  if (id === undefined) throw new Error("the builder ended without an image");
  return id;
}

function optionsOf(
  build: BuildSpec,
  { dockerfile, repositoryId }: { readonly dockerfile: string; readonly repositoryId: string },
): ImageBuildOptions {
  const { args, target, extraHosts, network, shmSizeBytes, platform, cacheFrom, noCache, pull } = build;
  const kind: Kind = "build";
  return {
    version: "1",
    dockerfile,
    rm: true,
    forcerm: true,
    labels: { ...build.labels, [label.kind]: kind, [label.repository]: repositoryId },
    ...(args && { buildargs: { ...args } }),
    ...(target !== undefined && { target }),
    ...(extraHosts && { extrahosts: [...extraHosts] as unknown as string }),
    ...(network !== undefined && { networkmode: network }),
    ...(shmSizeBytes !== undefined && { shmsize: shmSizeBytes }),
    ...(platform !== undefined && { platform }),
    ...(cacheFrom && { cachefrom: JSON.stringify(cacheFrom) }),
    ...(noCache === true && { nocache: true }),
    ...(pull === true && { pull: true }),
  };
}

async function nameImage(context: DockerContext, id: string, names: readonly string[]): Promise<void> {
  const engine = await context.engine();
  for (const name of names) {
    const [, repo = name, tag = "latest"] = /^(.*?)(?::([^:/]+))?$/.exec(name) ?? [];
    try {
      await engine.getImage(id).tag({ repo, tag });
    } catch (error) {
      throw translated(error, `image ${name}`);
    }
  }
}

interface Failing {
  readonly build: BuildSpec;
  readonly output: BuildOutput;
}

function failed(error: unknown, { build: { layer }, output: { step, lines } }: Failing): CrewError {
  const said = translated(error, "the builder");
  if (said.code === "needs-you" || step === undefined) return said;
  const words = said.message.replace(/^the builder: /, "");
  const shown = lines.filter((line) => line !== step).map((line) => `  ${line}`);
  return new CrewError("needs-you", [`${step} failed: ${words}`, ...shown].join("\n"), {
    hint: layer ? layerHint(layer) : "Mend the Dockerfile or what it needs, then crew up",
    cause: error,
  });
}

function layerHint({ adds, on, nodeImage, index }: NonNullable<BuildSpec["layer"]>): string {
  const node = nodeImage === undefined ? "" : ` (Node and npm come from ${nodeImage}, or from CREW_NODE_IMAGE)`;
  const python = index === undefined ? "" : ` (${index}, or PIP_INDEX_URL, and a Python that the package is for)`;
  return `Mend what it needs${node}${python}, or name an image that has ${adds} instead of ${on}, then crew up`;
}
