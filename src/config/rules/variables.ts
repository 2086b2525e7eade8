// A container gets its environment by a shell, which knows no other names than these.
import { isVariableName } from "../../model/shell.ts";
import { keySpanOf } from "../tree.ts";
import type { Rule } from "./rule.ts";
import { roleValueSpan } from "./rule.ts";

export const variableNames: Rule = (draft, report) => {
  const { canonical, tree } = draft;
  if (canonical.runtime === "process") return;
  const oddIn = (environment: object) => Object.keys(environment).filter((name) => !isVariableName(name));
  const words = (name: string) =>
    `${JSON.stringify(name)} cannot be the name of a variable in a container: letters, digits and _`;
  for (const [name, { environment }] of Object.entries(canonical.roles)) {
    for (const odd of oddIn(environment)) report(roleValueSpan(draft, name, ["environment"]), words(odd));
  }
  for (const { environment } of Object.values(canonical.gates)) {
    for (const odd of oddIn(environment)) report(keySpanOf(tree, ["gates"]), words(odd));
  }
};
