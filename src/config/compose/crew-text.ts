// The imported tree as the text of a crew file, with the comments that tell its reader how to go on.
import { Document, isMap, isScalar, type Pair, type Scalar } from "yaml";
import { dataOf, type Mapping } from "../tree.ts";

/** `from`: what was imported. */
export function crewText(tree: Mapping, from: string): string {
  const document = new Document(dataOf(tree), { aliasDuplicateObjects: false });
  document.commentBefore = ` From ${from}, by crew import. Look it over, then: crew plan`;
  if (isMap(document.contents)) {
    for (const pair of document.contents.items as readonly Pair[]) {
      const comment = isScalar(pair.key) ? comments[String(pair.key.value)] : undefined;
      if (comment !== undefined) (pair.key as Scalar).commentBefore = comment;
    }
  }
  return `${document.toString({ lineWidth: 0, nullStr: "" })}${ending}`;
}

const comments: Readonly<Record<string, string>> = {
  epic: " What the agents make together, in a few words.",
  roles: " Another agent is another line: name: {branch: feature/name}",
};

const ending = `
# What is to be done, and by whom; or plan it in beads.
# tasks:
#   one: {title: The first thing to do, role: ROLE}

# Commands that must pass before anything is merged.
# gates: [npm test]
`;
