// The files of a setup's key: looked up in a tree of git's, so that each is a path in it.
import type { Setup } from "../generated/crew-file.ts";
import { namedGates } from "../normalise/gates.ts";
import { type Path, spanOf } from "../tree.ts";
import { type Rule, roleMaps } from "./rule.ts";

export const setupKeys: Rule = (draft, report) => {
  const setups: readonly { readonly setup: Setup | undefined; readonly at: Path }[] = [
    ...roleMaps(draft).map(({ role, path }) => ({ setup: role.setup, at: path })),
    ...namedGates(draft.file).map(({ gate, at }) => ({ setup: typeof gate === "string" ? undefined : gate.setup, at })),
  ];
  for (const { setup, at } of setups) {
    if (setup === undefined || typeof setup === "string") continue;
    for (const [index, file] of (setup.key ?? []).entries()) {
      if (isPathInTree(file)) continue;
      const words = `${JSON.stringify(file)} is no path from the top of the repository to a file, such as package-lock.json`;
      report(spanOf(draft.tree, [...at, "setup", "key", index]), words);
    }
  }
};

function isPathInTree(file: string): boolean {
  const parts = file.split("/");
  return !/\p{Cc}/u.test(file) && parts.every((part) => !["", ".", "..", ".git"].includes(part));
}
