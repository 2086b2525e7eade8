// Names of roles that mean something else to crew.
import { keySpanOf, keysAt } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const reservedNames: Rule = (draft, report) => {
  if (!keysAt(draft.written, ["roles"]).includes("epic")) return;
  report(keySpanOf(draft.written, ["roles", "epic"]), 'the role name "epic" is reserved: it is what roles merge into');
};
