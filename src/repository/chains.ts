// Tries several merges one on the other, as they would be if all went in together. Moves no ref: what a link stands on is a
// commit that nothing reaches. Decides nothing.
import type { Oid } from "../model/names.ts";
import type { TestMerge } from "../model/world.ts";
import type { Context } from "./context.ts";
import type { Merges } from "./merges.ts";
import { writeCommit } from "./objects.ts";

export interface Chain {
  readonly target: Oid;
  readonly sources: readonly Oid[];
}

export async function testChain(
  { view }: Pick<Context, "view">,
  merges: Merges,
  { target, sources }: Chain,
): Promise<readonly TestMerge[]> {
  const links: TestMerge[] = [];
  let on = target;
  for (const source of sources) {
    const [link] = await merges.test([{ target: on, source }]);
    if (!link) continue;
    links.push(link);
    // The same link is the same commit, so the next look tries nothing again.
    if (link.kind === "clean") {
      on = await writeCommit(view, { tree: link.tree, parents: [on, source], date: 0, message: "A link of a batch\n" });
    }
  }
  return links;
}
