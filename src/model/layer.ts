// What crew puts on top of an image that lacks what a role or a gate needs in it, as a Dockerfile of its own making. The image's
// user, variables, entry point and folder stay as they are. Pure.
import type { BuildSpec } from "./build.ts";
import { builtName, textContent } from "./built-name.ts";
import { type ContainerSpec, userOf } from "./container.ts";
import { gitInstalled, installed, type PackageProgram, packagePrograms } from "./layer-packages.ts";
import { type InstalledProgram, type Libc, nodeImages, programStage, programSteps } from "./layer-program.ts";
import { pythonSteps } from "./layer-python.ts";
import { naming, unnamed } from "./layer-user.ts";
import type { Program } from "./program.ts";

/** What is known of an image without anything having run in it. */
export interface ImageLook {
  /** Of `sh`, `git` and agents' programs, what is on its PATH. */
  readonly has: readonly string[];
  /** By what it takes in further packages; absent: nothing that crew knows, or it lacks nothing. */
  readonly packages?: PackageProgram;
  /** What programs for Linux find in it; absent: neither, or it lacks nothing. */
  readonly libc?: Libc;
  /** Empty where that is root. */
  readonly user: string;
  /** Of the users whom it has a name for; absent where no program of an agent was looked for. */
  readonly uids?: readonly string[];
  /** Folder on its PATH where a program goes. */
  readonly bin: string;
}

/** It could not be looked into, and why. */
export interface FailedLook {
  readonly problem: string;
}

/** By the engine's id of the image. */
export type ImageLooks = ReadonlyMap<string, ImageLook | FailedLook>;

/** `unfit`: it lacks something that crew cannot put there, or nobody knows what it lacks. */
export type Fit =
  | { readonly kind: "fits" }
  | { readonly kind: "layer"; readonly image: string; readonly adds: string; readonly build: BuildSpec }
  | { readonly kind: "unfit"; readonly reason: string };

interface Known {
  readonly looks: ImageLooks | undefined;
  readonly repositoryId: string;
  /** The agent's. */
  readonly program?: Program;
}

/** An image that was not looked into is taken as it is; so is one without sh, in which nothing could be added. */
export function fitOf(container: ContainerSpec, { looks, repositoryId, program }: Known): Fit {
  const { image, imageId } = container;
  const look = imageId === undefined ? undefined : looks?.get(imageId);
  if (look && "problem" in look) {
    return { kind: "unfit", reason: `${image} could not be looked into: ${look.problem}` };
  }
  if (imageId === undefined || !look?.has.includes("sh")) return { kind: "fits" };
  const missing = program && !look.has.includes(program.name) ? program : undefined;
  if (missing && !isInstalled(missing)) {
    const reason = `${image} has no ${missing.name}, and crew knows no package of it: the image has to bring it`;
    return { kind: "unfit", reason };
  }
  const lacksGit = !look.has.includes("git");
  const { packages, libc, user, bin, uids } = look;
  const runsAs = userOf(container, user);
  const nameless = program ? unnamed(runsAs, uids) : undefined;
  const isToName = !missing && uids !== undefined && nameless !== undefined;
  if (!missing && !lacksGit && !isToName) return { kind: "fits" };
  if (lacksGit && packages === undefined) {
    const known = packagePrograms.join(", ");
    return { kind: "unfit", reason: `${image} has no git, and none of ${known} to bring it` };
  }
  if (missing && libc === undefined) {
    return {
      kind: "unfit",
      reason: `${image} has no ${missing.name}, and neither glibc nor musl that it could run on`,
    };
  }
  const words = [
    ...(missing ? [`${missing.name} ${missing.package.version}`] : []),
    ...(lacksGit ? ["git"] : []),
    ...(isToName ? [`a name for user ${nameless}`] : []),
  ];
  const adds = words.join(" and ");
  const place = { bin, before: nameless === undefined ? [] : [naming(runsAs)] };
  const isOfNode = missing !== undefined && missing.package.of === undefined;
  const steps = [
    ...(lacksGit && packages ? [runs(gitInstalled(packages))] : []),
    // What Node and the programs for musl are linked with.
    ...(missing && libc === "musl" && packages ? [runs(installed(packages, ["libgcc", "libstdc++"]))] : []),
    ...(missing ? (isOfNode ? programSteps(missing, place) : pythonSteps(missing, packages, place)) : []),
    ...(isToName ? [runs(naming(runsAs))] : []),
  ];
  const stage = isOfNode && libc ? programStage(missing, libc, repositoryId) : [];
  const own = user === "" ? steps : ["USER root", ...steps, `USER ${user}`];
  const text = [...stage, `FROM ${imageId}`, ...own, ""].join("\n");
  const from = isOfNode && libc ? { nodeImage: nodeImages[libc] } : missing ? { index: "PyPI" as const } : {};
  const build: BuildSpec = { dockerfile: { text }, layer: { adds, on: image, ...from } };
  return { kind: "layer", image: builtName(build, { repositoryId, content: textContent(text) }), adds, build };
}

function isInstalled(program: Program): program is InstalledProgram {
  return program.package !== undefined;
}

/** Whatever shell the image prefers for such steps. */
function runs(script: string): string {
  return `RUN ${JSON.stringify(["/bin/sh", "-ec", script])}`;
}
