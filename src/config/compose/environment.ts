// A service's environment as a role's. What crew sets itself is left out, and no secret is written into a file.

import { mapVariables } from "../template.ts";
import type { Entry, Tree } from "../tree.ts";
import { variablesIn } from "./identity.ts";
import type { Reading } from "./reading.ts";
import { emptyTree, mapTree, textOf, textTree } from "./trees.ts";

/** Names and values, a list's `NAME=value` taken apart; a name without a value has an empty one. */
export function environmentOf(tree: Tree | undefined): ReadonlyMap<string, Entry> {
  if (tree?.kind === "mapping") return tree.entries;
  const pairs = (tree?.kind === "list" ? tree.items : []).flatMap((item) => {
    const line = textOf(item) ?? "";
    const equals = line.indexOf("=");
    const [name, value] =
      equals < 0 ? [line, emptyTree(item.at)] : [line.slice(0, equals), textTree(line.slice(equals + 1), item.at)];
    return name === "" ? [] : [[name, { key: item.at, value }] as const];
  });
  return new Map(pairs);
}

const ownWords: Readonly<Record<string, string>> = {
  AGENT_ID: "is the role's name, which crew gives as CREW_ROLE",
  BRANCH: "is the role's branch",
  REPO_URL: "crew works from the repository that you stand in, and clones it into each instance",
};

/** Undefined where nothing is left. */
export function roleEnvironment(tree: Tree, reading: Reading): Tree | undefined {
  const entries = new Map<string, Entry>();
  for (const [name, entry] of environmentOf(tree)) {
    const words = ownWords[name];
    if (words !== undefined) reading.note(entry.key, `environment.${name}`, "left out", words);
    else entries.set(name, { ...entry, value: valueIn(name, entry, reading) });
  }
  return entries.size === 0 ? undefined : mapTree(entries, tree.at);
}

function valueIn(name: string, { key, value }: Entry, reading: Reading): Tree {
  const text = textOf(value) ?? "";
  if (isItself(name, text)) return emptyTree(value.at);
  if (!secretName.test(name) || text === "" || variablesIn(text).length > 0) return value;
  const words = "without its value, which does not belong in a file that you check in: export it before crew up";
  reading.note(key, `environment.${name}`, "becomes", words);
  return emptyTree(value.at);
}

const secretName = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;

/** `NAME=${NAME}` and `NAME=${NAME:-}`: a name without a value says the same, and is left out where nothing sets it. */
function isItself(name: string, text: string): boolean {
  if (text === "") return false;
  return mapVariables(text, (variable) => (variable.name === name && variable.operand === "" ? "" : "no")) === "";
}
