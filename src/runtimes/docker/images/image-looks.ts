// What is in an image, without running it: looked for once in a container that never runs.
import { CrewError } from "../../../errors.ts";
import type { ImageLook, ImageLooks } from "../../../model/layer.ts";
import { packagePrograms } from "../../../model/layer-packages.ts";
import { loaders } from "../../../model/layer-program.ts";
import { findContainer } from "../containers/containers.ts";
import { readerLimits } from "../containers/hardening.ts";
import type { DockerContext } from "../context.ts";
import { readFrom } from "../hub.ts";
import { isAnyIn, lookedInto } from "./images.ts";

export async function imageLooks(
  context: DockerContext,
  ids: readonly string[],
  programs: readonly string[],
): Promise<ImageLooks> {
  const looks = await context.looks.of({ ids, programs }, (id) => lookInto(context, id, programs));
  for (const [id, look] of looks) {
    if (!("problem" in look) && look.has.includes("sh") && look.has.includes("git")) context.proven.add(id);
  }
  return looks;
}

/** Where the PATH of an image that has none leads. */
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

async function lookInto(context: DockerContext, id: string, programs: readonly string[]): Promise<ImageLook> {
  const { Config } = await (await context.engine()).getImage(id).inspect();
  const path = (Config?.Env ?? []).find((each) => each.startsWith("PATH="))?.slice("PATH=".length) || usualPath;
  const folders = path.split(":").filter((folder) => folder.startsWith("/"));
  const user = /^(|0|root)(:.*)?$/.test(Config?.User ?? "") ? "" : (Config?.User ?? "");
  const bin =
    ["/usr/local/bin", "/usr/bin"].find((folder) => folders.includes(folder)) ?? folders[0] ?? "/usr/local/bin";
  return await lookedInto(context, { id, spec: { ...readerLimits, image: id } }, async (name) => {
    const isAny = (places: readonly string[]) => isAnyIn(context, name, places);
    const isThere = (program: string) => isAny(placesOf(program, folders));
    const wanted = ["git", ...programs];
    const [sh, ...found] = await Promise.all([isAny(["/bin/sh"]), ...wanted.map(isThere)]);
    const has = [...(sh ? ["sh"] : []), ...wanted.filter((_, index) => found[index])];
    const uids = sh && programs.length > 0 ? await namedIn(context, name) : undefined;
    const known = { has, user, bin, ...(uids && { uids }) };
    if (!sh || has.length > wanted.length) return known;
    const packages = await firstOf(packagePrograms, isThere);
    // Each may have the other's loader too, for programs that are made with it.
    const libcs = packages === "apk" ? (["musl", "glibc"] as const) : (["glibc", "musl"] as const);
    const libc = await firstOf(libcs, (each) => isAny(loaders[each]));
    // In one that is gone nothing is found, either.
    if (!(await findContainer(context, name))) throw new CrewError("conflict", `container ${name} was removed`);
    return { ...known, ...(packages && { packages }), ...(libc && { libc }) };
  });
}

/** Numbers of the users that its own list has. */
async function namedIn(context: DockerContext, name: string): Promise<readonly string[]> {
  const limits = { fileBytes: 1024 ** 2, totalBytes: 2 * 1024 ** 2 };
  const found = await readFrom(context, { name, path: "/etc/passwd" }, limits);
  const list = found?.kind === "whole" ? found.entries.get("passwd")?.content : undefined;
  return (list?.toString("latin1") ?? "").split("\n").flatMap((line) => line.split(":")[2] ?? []);
}

async function firstOf<T>(all: readonly T[], isIt: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all) if (await isIt(one)) return one;
  return undefined;
}

/** The likeliest first. */
function placesOf(program: string, folders: readonly string[]): readonly string[] {
  const likely = ["/usr/bin", "/sbin"].filter((folder) => folders.includes(folder));
  return [...new Set([...likely, ...folders])].map((folder) => `${folder}/${program}`);
}
