// Two gates of one name: verdicts and logs could not be told apart. (In a map, YAML's own rule for keys sees to it.)
import { namedGates } from "../normalise/gates.ts";
import { spanOf } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const uniqueGates: Rule = (draft, report) => {
  const seen = new Set<string>();
  for (const { name, at } of namedGates(draft.file)) {
    if (seen.has(name)) report(spanOf(draft.tree, at), `the gate "${name}" is given twice`);
    seen.add(name);
  }
};
