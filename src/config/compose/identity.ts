// What differs from one agent to the next in a compose file: the variables that hold its id and its branch.
import { mapVariables } from "../template.ts";
import type { Tree } from "../tree.ts";
import type { Identity } from "./reading.ts";
import { mapTexts, textOf, textsIn } from "./trees.ts";

/** `AGENT_ID` and `BRANCH`, and the variables that a service fills these two from. */
export function identityOf(environments: readonly ReadonlyMap<string, { readonly value: Tree }>[]): Identity {
  const names = (variable: string) =>
    new Set([variable, ...environments.flatMap((each) => variablesIn(textOf(each.get(variable)?.value) ?? ""))]);
  return { ids: names("AGENT_ID"), branches: names("BRANCH") };
}

export function variablesIn(text: string): readonly string[] {
  const names: string[] = [];
  mapVariables(text, ({ name, operand }) => {
    names.push(name, ...variablesIn(operand));
    return "";
  });
  return names;
}

/** Whether anything in the tree differs from agent to agent. */
export function isPersonal(tree: Tree, { ids, branches }: Identity): boolean {
  return textsIn(tree)
    .flatMap(variablesIn)
    .some((name) => ids.has(name) || branches.has(name));
}

/**
 * The tree as it holds for one agent. Variables that Compose would take for empty where nothing sets them are written
 * `${NAME:-}`: crew refuses a variable that nothing sets.
 */
export function settled(
  tree: Tree,
  agent: { readonly id: string; readonly branch?: string },
  identity: Identity,
): Tree {
  const known = (name: string): string | undefined => {
    if (identity.ids.has(name)) return agent.id;
    return identity.branches.has(name) ? agent.branch : undefined;
  };
  return mapTexts(tree, (text) => settledText(text, known));
}

/** The same for what belongs to no agent. */
export function portable(tree: Tree): Tree {
  return mapTexts(tree, (text) => settledText(text, () => undefined));
}

function settledText(text: string, known: (name: string) => string | undefined): string {
  return mapVariables(text, ({ name, operator, operand }) => {
    const value = known(name);
    if (value !== undefined) return value.replaceAll("$", "$$$$");
    return operator === "" ? `\${${name}:-}` : `\${${name}${operator}${settledText(operand, known)}}`;
  });
}
