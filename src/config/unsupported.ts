// Keys that a file gives and this version cannot do yet: each with its place and the way out. Nothing is silently ignored.
import type { Canonical } from "./canonical.ts";
import { withoutImage } from "./images.ts";
import { placeName } from "./places.ts";
import type { ProgramKeys } from "./presets/parts.ts";
import type { ReadPresets } from "./presets/read.ts";
import type { Finding } from "./problem.ts";
import { presetKeys, type Support, supported, toldVariables, waysOut } from "./supported.ts";
import { keySpanOf, keysAt, type Mapping, type Path, type Scalar, type Span, type Tree, valueAt } from "./tree.ts";

export function unsupportedIn(tree: Mapping, canonical: Canonical, presets: ReadPresets["files"]): readonly Finding[] {
  const findings: Finding[] = [];
  walk({ tree, path: [], support: supported, key: tree.at }, findings);
  return [
    ...findings,
    ...withoutImage(tree, canonical),
    ...agentKeys(tree, canonical, presets),
    ...placelessKeys(tree, canonical, presets),
    ...secretsOnProcess(tree, canonical),
  ];
}

interface Step {
  readonly tree: Tree;
  readonly path: Path;
  readonly support: Support | undefined;
  /** Place of the key that the value stands under. */
  readonly key: Span;
}

function walk(step: Step, findings: Finding[]): void {
  const { tree, path, support, key } = step;
  if (asksForNothing(tree)) return;
  if (!support) {
    findings.push({ at: key, message: refusal(path) });
    return;
  }
  switch (support.kind) {
    case "all":
      return;
    case "values":
      if (tree.kind === "scalar" && support.values.includes(tree.value)) return;
      findings.push({ at: tree.at, message: refusal(path, tree) });
      return;
    case "each":
      for (const child of childrenOf(tree, path)) walk({ ...child, support: support.of }, findings);
      return;
    case "keys":
      walkKeys(step, support, findings);
  }
}

function walkKeys(step: Step, support: Extract<Support, { kind: "keys" }>, findings: Finding[]): void {
  const { tree, path } = step;
  if (tree.kind === "scalar") {
    const inner = support.keys.kind;
    if (inner) walk({ ...step, support: inner }, findings);
    else if (!support.short) findings.push({ at: tree.at, message: refusal(path, tree) });
    return;
  }
  for (const child of childrenOf(tree, path)) {
    const name = String(child.path.at(-1));
    if (!name.startsWith("x-")) walk({ ...child, support: support.keys[name] }, findings);
  }
}

/** An empty map or list, or a key without a value. */
function asksForNothing(tree: Tree): boolean {
  if (tree.kind === "scalar") return tree.value === null;
  return tree.kind === "list" ? tree.items.length === 0 : tree.entries.size === 0;
}

function childrenOf(tree: Tree, path: Path): readonly Omit<Step, "support">[] {
  if (tree.kind === "scalar") return [];
  if (tree.kind === "list")
    return tree.items.map((item, index) => ({ tree: item, path: [...path, index], key: item.at }));
  return [...tree.entries].map(([name, { key, value }]) => ({ tree: value, path: [...path, name], key }));
}

function refusal(path: Path, value?: Tree): string {
  const key = String(path.at(-1) ?? "");
  const around = path.length > 1 ? ` (${placeName(path.slice(0, -1))})` : "";
  const shown = value?.kind === "scalar" ? `${key}: ${String((value as Scalar).value)}` : key;
  return `${shown}${around} is not there yet: ${waysOut[key] ?? "remove it"}`;
}

/** What a role's agent program cannot be told. */
function agentKeys(tree: Mapping, canonical: Canonical, presets: ReadPresets["files"]): readonly Finding[] {
  return Object.entries(canonical.roles).flatMap(([name, { agent }]) =>
    (["model", "effort", "max_turns"] as const).flatMap((key): readonly Finding[] => {
      if (agent[key] === undefined || agent.options?.[key]) return [];
      const { preset } = agent;
      const told = preset === undefined ? [] : (presetKeys[preset] ?? optionsOf(presets.get(preset)));
      if (!told || told.includes(key)) return [];
      const place = placesOf(name, key).find((each) => valueAt(tree, each)) ?? ["roles", name];
      const whose = preset ?? "a command";
      return [
        {
          at: keySpanOf(tree, place),
          message: `${key} (role ${name}) is nothing that ${whose} can be told: remove it`,
        },
      ];
    }),
  );
}

/** What it cannot be told because its command, as it was put together, has no place for the words. */
function placelessKeys(tree: Mapping, canonical: Canonical, presets: ReadPresets["files"]): readonly Finding[] {
  return Object.entries(canonical.roles).flatMap(([name, { agent }]): readonly Finding[] => {
    const file = presets.get(agent.preset ?? "");
    const variables = toldOf(agent, file);
    const joined = { ...agent, variables: variables.length > 0 ? variables : undefined };
    const keys = (["model", "effort", "max_turns", "variables"] as const).filter((key) => joined[key] !== undefined);
    const forms = [["first", agent.first ?? file?.first] as const, ["resume", agent.resume ?? file?.resume] as const];
    return forms.flatMap(([form, words]): readonly Finding[] => {
      if (keys.length === 0 || !words || words.includes("{options}")) return [];
      const place = [...(agent[form] ? [form] : []), ...keys]
        .flatMap((key) => placesOf(name, key))
        .find((each) => valueAt(tree, each));
      const lost = `${form} (role ${name}) has no place for {options}: ${keys.join(", ")} could not be told`;
      const without = variables.map((each) => `${each}: []`).join(", ");
      const instead = keys.every((key) => key === "variables")
        ? `, or say variables: {${without}} where it needs none of their words`
        : "";
      const message = `${lost}: put "{options}" where its program takes options${instead}`;
      return [{ at: keySpanOf(tree, place ?? ["roles", name]), message }];
    });
  });
}

/** The variables that it has words for, as the file says it over the preset's. */
function toldOf(
  { preset = "", variables = {} }: Canonical["roles"][string]["agent"],
  file: ProgramKeys | undefined,
): readonly string[] {
  const all = new Set([...(toldVariables[preset] ?? []), ...Object.keys({ ...file?.variables, ...variables })]);
  return [...all].filter((each) => (variables[each] ?? file?.variables?.[each])?.length !== 0);
}

function optionsOf(keys: ProgramKeys | undefined): readonly string[] | undefined {
  return keys && Object.keys(keys.options ?? {});
}

function placesOf(role: string, key: string): readonly Path[] {
  return [
    ["roles", role, "agent", key],
    ["defaults", "agent", key],
  ];
}

/** Where there is no container, nothing keeps a setup's secrets from the rest of the machine's processes. */
function secretsOnProcess(tree: Mapping, { runtime, gates }: Canonical): readonly Finding[] {
  if (runtime !== "process") return [];
  const places: readonly Path[] = [
    ["defaults", "setup"],
    ...keysAt(tree, ["roles"]).map((name): Path => ["roles", name, "setup"]),
    ...Object.keys(gates).flatMap((name): readonly Path[] => [
      ["gates", name],
      ["gates", name, "setup"],
    ]),
  ];
  return places.flatMap((place) => {
    const path = [...place, "secrets"];
    if (!valueAt(tree, path)) return [];
    const message = `secrets (${placeName(place)}) need a container, and runtime is process: put the variables into environment`;
    return [{ at: keySpanOf(tree, path), message }];
  });
}
