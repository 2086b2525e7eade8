// The files that the crew is read from: what an agent changes of them takes effect with the next command, so they are
// protected under whatever names they have.
import { existsSync, readlinkSync } from "node:fs";
import { dirname, isAbsolute, join, parse, relative, sep } from "node:path";
import type { Crew } from "../../model/crew.ts";

/** `files`: absolute paths of all that was read for it; those beside the repository are nobody's change. */
export function protectingOwnFiles(crew: Crew, files: ReadonlySet<string>): Crew {
  const top = workTree(dirname(crew.file));
  if (top === undefined) return crew;
  const named = [crew.file, ...files];
  const realTop = placesOf(top).at(-1) ?? top;
  const own = [
    ...named.map((file) => relative(top, file)),
    ...named.flatMap(placesOf).map((place) => relative(realTop, place)),
  ].filter(isInside);
  return { ...crew, protect: [...new Set([...crew.protect, ...own.map(globOf)])] };
}

/** The folder that holds `.git`, at `folder` or above. */
function workTree(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  return dirname(folder) === folder ? undefined : workTree(dirname(folder));
}

/** Each link on the way to what a path names, and that itself, by real paths: whoever changes one of them changes what is read. */
function placesOf(path: string): readonly string[] {
  const { root } = parse(path);
  const links: string[] = [];
  let place = root;
  let rest = path.slice(root.length).split(sep);
  while (rest.length > 0) {
    const [name = "", ...below] = rest;
    const next = join(place, name);
    const target = links.length < linksAtMost ? targetOf(next) : undefined;
    if (target === undefined) place = next;
    else {
      links.push(next);
      if (isAbsolute(target)) place = root;
    }
    rest = target === undefined ? below : [...target.split(sep), ...below];
  }
  return [...links, place];
}

/** As Linux has it: beyond that nothing is read (path_resolution(7)). */
const linksAtMost = 40;

/** Undefined for whatever is no link. */
function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isInside(path: string): boolean {
  return path !== "" && !isAbsolute(path) && path.split(sep)[0] !== "..";
}

/** Of that one file at the top's path; what is no plain name in a glob counts as itself. */
function globOf(path: string): string {
  return `/${path
    .split(sep)
    .join("/")
    .replace(/[\\[\]*?{}()!+@|]/g, "\\$&")}`;
}
