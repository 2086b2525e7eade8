// A devcontainer.json → the keys of a role that it amounts to, and what of it crew cannot do. Pure: the caller reads the file.
import { basename, dirname, isAbsolute, join } from "node:path";
import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { shellLine } from "../../model/shell.ts";
import { lineStarts, positionAt } from "../lines.ts";
import type { Sources } from "../sources.ts";
import { ignored, refused } from "./keys.ts";
import { substituted } from "./variables.ts";

export interface Devcontainer {
  readonly image?: string;
  readonly build?: Readonly<Record<string, unknown>> & { readonly context: string };
  readonly user?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly setup?: string;
}

/** Each complaint begins with its place: `.devcontainer/devcontainer.json:3:5`. */
export interface ReadDevcontainer {
  readonly devcontainer?: Devcontainer;
  readonly complaints: readonly string[];
}

/** `path` is the file's; `name` what complaints call it. */
export function readDevcontainer(path: string, name: string, sources: Sources): ReadDevcontainer {
  const text = sources.readText(path);
  if (text === undefined) return { complaints: [`${name} cannot be read`] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const starts = lineStarts(text);
  const placed = (offset: number, words: string) => {
    const { line, column } = positionAt(starts, offset);
    return `${name}:${line}:${column}  ${words}`;
  };
  const [error] = errors;
  if (error)
    return { complaints: [placed(error.offset, `no JSON with comments: ${printParseErrorCode(error.error)}`)] };
  if (root?.type !== "object") return { complaints: [placed(0, "no map of keys")] };
  const complaints: string[] = [];
  const entries = new Map(
    (root.children ?? []).map(({ children: [key, value] = [] }) => [String(key?.value), { key, value }]),
  );
  const say = (key: string, words: string) => complaints.push(placed(entries.get(key)?.key?.offset ?? 0, words));
  for (const [key, { value }] of entries) {
    const why = whyNot(key, value);
    if (why !== undefined) say(key, why);
  }
  const data = getNodeValue(root) as Readonly<Record<string, unknown>>;
  const folder = dirname(path);
  const workspace = basename(folder) === ".devcontainer" ? dirname(folder) : folder;
  const variables = { env: sources.env, workspace };
  const resolved = (key: string, value: string, containerEnv = {}) =>
    substituted(value, { ...variables, containerEnv }, (variable) => say(key, `${variable} cannot be had in ${key}`));
  const texts = (key: string, containerEnv = {}) => textsOf(data[key], (value) => resolved(key, value, containerEnv));
  const containerEnv = texts("containerEnv");
  const image = typeof data.image === "string" ? resolved("image", data.image) : undefined;
  const build = image === undefined ? buildOf(data, { folder, resolved }) : undefined;
  if (image === undefined && !build && data.dockerComposeFile === undefined)
    complaints.push(placed(0, "neither image nor build"));
  if (build && sources.kindAt(build.dockerfile) !== "file")
    say(data.build === undefined ? "dockerFile" : "build", `there is no ${build.dockerfile}`);
  const user = data.remoteUser ?? data.containerUser;
  const setup = setupOf(data, resolved);
  const devcontainer: Devcontainer = {
    ...(image !== undefined && { image }),
    ...(build && { build }),
    ...(typeof user === "string" && { user: resolved("remoteUser", user) }),
    environment: { ...containerEnv, ...texts("remoteEnv", containerEnv) },
    ...(setup !== "" && { setup }),
  };
  return { devcontainer, complaints };
}

/** A key that asks for nothing is no harm. */
function whyNot(key: string, value: Node | undefined): string | undefined {
  if (ignored.has(key)) return undefined;
  const given: unknown = value === undefined ? undefined : getNodeValue(value);
  const isNothing = given === false || (typeof given === "object" && given !== null && Object.keys(given).length === 0);
  if (isNothing) return undefined;
  return Object.hasOwn(refused, key) ? `${key}: ${refused[key]}` : `crew does not know ${key}`;
}

type Resolved = (key: string, value: string) => string;

function textsOf(value: unknown, resolved: (value: string) => string): Readonly<Record<string, string>> {
  const pairs = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    pairs.flatMap(([name, text]) => (typeof text === "string" ? [[name, resolved(text)]] : [])),
  );
}

/** Paths are meant from the devcontainer's folder. */
function buildOf(
  data: Readonly<Record<string, unknown>>,
  { folder, resolved }: { readonly folder: string; readonly resolved: Resolved },
) {
  const build = (data.build ?? {}) as Readonly<Record<string, unknown>>;
  const [dockerfile, context = "."] = [build.dockerfile ?? data.dockerFile, build.context ?? data.context];
  if (typeof dockerfile !== "string") return undefined;
  const at = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  return {
    context: at(resolved("build", String(context))),
    dockerfile: at(resolved("build", dockerfile)),
    args: textsOf(build.args, (text) => resolved("build", text)),
    ...(typeof build.target === "string" && { target: build.target }),
    ...(build.cacheFrom !== undefined && { cache_from: build.cacheFrom }),
  };
}

/** In the order in which they would run once the container is made. */
function setupOf(data: Readonly<Record<string, unknown>>, resolved: Resolved): string {
  const commands = ["onCreateCommand", "updateContentCommand", "postCreateCommand"].flatMap((key) =>
    commandsIn(data[key]).map((command) => resolved(key, command)),
  );
  const [first = "", ...more] = commands;
  return more.length === 0 ? first : commands.map((command) => `{ ${command}\n}`).join(" && ");
}

/** A line for the shell, an argument vector, or several by name. */
function commandsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (Array.isArray(value)) return value.length === 0 ? [] : [shellLine(value.map(String))];
  return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(commandsIn);
}
