// Variables that a file's text names, and what it says for those that are not set: before anything is put in their place. Pure.
import { mapVariables } from "./template.ts";
import type { Mapping, Tree } from "./tree.ts";

export interface UsedVariable {
  readonly name: string;
  /** Somewhere it must have a value. */
  readonly required: boolean;
  /** Of the first place that gives one, as it is written; else empty. */
  readonly default: string;
  /** What stands there where it is set, likewise. */
  readonly alternate: string;
}

/** By name. Under `inputs` nothing is a variable, what is declared there is none, and a key never holds one. */
export function usedVariables({ entries }: Mapping): readonly UsedVariable[] {
  const found = new Map<string, UsedVariable>();
  const note = (text: string): void => {
    mapVariables(text, ({ name, operator, operand }) => {
      const kind = operator.at(-1);
      const before = found.get(name) ?? { name, required: false, default: "", alternate: "" };
      found.set(name, {
        name,
        required: before.required || kind === undefined || kind === "?",
        default: before.default || (kind === "-" ? operand : ""),
        alternate: before.alternate || (kind === "+" ? operand : ""),
      });
      note(operand);
      return "";
    });
  };
  const visit = (tree: Tree): void => {
    if (tree.kind === "list") tree.items.forEach(visit);
    if (tree.kind === "mapping") for (const { value } of tree.entries.values()) visit(value);
    if (tree.kind === "scalar" && typeof tree.value === "string") note(tree.value);
  };
  for (const [key, { value }] of entries) if (key !== "inputs") visit(value);
  const inputs = entries.get("inputs")?.value;
  const isInput = (name: string) => inputs?.kind === "mapping" && inputs.entries.has(name);
  return [...found.values()].filter(({ name }) => !isInput(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
