// A team's own presets: files that `agent` names by path, checked as the crew file is. Pure: the caller reads them.
import { basename, dirname } from "node:path";
import { hostPath, isPath } from "../containers/mounts.ts";
import { didYouMean } from "../did-you-mean.ts";
import { explain } from "../explain.ts";
import validate from "../generated/validate-preset.js";
import { parse } from "../parse.ts";
import type { Finding, TextFile } from "../problem.ts";
import { type Draft, roleMaps } from "../rules/rule.ts";
import { presetSchema } from "../schema.ts";
import type { Sources } from "../sources.ts";
import { dataOf, spanOf, valueAt } from "../tree.ts";
import type { ProgramKeys } from "./parts.ts";
import { checkWords } from "./words.ts";

export interface ReadPresets {
  /** By path, as the crew file has it; those without a mistake. */
  readonly files: ReadonlyMap<string, ProgramKeys>;
  readonly findings: readonly Finding[];
}

export function readPresets(draft: Draft, sources: Sources): ReadPresets {
  const files = new Map<string, ProgramKeys>();
  const findings: Finding[] = [];
  const read = new Set<string>();
  for (const { path, role } of roleMaps(draft)) {
    const name = typeof role.agent === "string" ? role.agent : role.agent?.preset;
    if (name === undefined || !isPath(name)) continue;
    const long = [...path, "agent", "preset"];
    const at = spanOf(draft.tree, valueAt(draft.tree, long) ? long : [...path, "agent"]);
    const file = hostPath(name, sources);
    const text = isOutside(file, draft) ? undefined : sources.readText(file);
    if (isOutside(file, draft))
      findings.push({ at, message: `${name} is not in the repository, as a preset has to be` });
    else if (text === undefined)
      findings.push({ at, message: `${name} cannot be read`, ...besides(name, file, sources) });
    if (text === undefined || read.has(name)) continue;
    read.add(name);
    const found = presetIn(text, name);
    if (found.keys) files.set(name, found.keys);
    findings.push(...found.findings.map((each) => ({ ...each, in: { ...found.source, file } })));
  }
  return { files, findings };
}

/** Also by a link. Where the repository was not looked for, nothing is. */
function isOutside(file: string, { known: { host } }: Draft): boolean {
  const [top, gitDirectory] = host?.repository ?? [];
  if (!host || top === undefined) return false;
  const isIn = (folder: string) => `${host.real(file)}/`.startsWith(`${host.real(folder).replace(/\/$/, "")}/`);
  return !isIn(top) || (gitDirectory !== undefined && isIn(gitDirectory));
}

/** The file beside it whose name is most like it. */
function besides(name: string, file: string, sources: Sources): { readonly suggestion?: string } {
  const meant = didYouMean(basename(file), sources.namesIn(dirname(file)));
  return meant === undefined ? {} : { suggestion: `${name.slice(0, name.lastIndexOf("/") + 1)}${meant}` };
}

interface Found {
  readonly keys?: ProgramKeys;
  readonly findings: readonly Finding[];
  readonly source: Omit<TextFile, "file">;
}

function presetIn(text: string, name: string): Found {
  const kind = {
    name: basename(name),
    one: "preset",
    keys: "program, first and reader",
    smallest: "program: my-agent",
  };
  const { tree, findings: mistakes, lines } = parse(text, kind);
  const source = { name, text, lines };
  if (!tree) return { findings: mistakes, source };
  const findings = [...mistakes];
  const data = dataOf(tree);
  if (!validate(data)) findings.push(...(validate.errors ?? []).map((error) => explain(error, tree, presetSchema)));
  if (findings.length > 0) return { findings, source };
  const keys = data as ProgramKeys;
  checkWords({ keys, tree, path: [] }, (at, message, help) => findings.push({ at, message, ...help }));
  return { ...(findings.length === 0 && { keys }), findings, source };
}
