// crew build: builds what roles, gates and services are made from, under the names that `crew up` looks for, without making
// anything of it. What the builder says is shown as it comes on a terminal, elsewhere only where it fails.
import type { Operation } from "../model/plan.ts";
import { layersOf, sourcesOf, unbuildable } from "../plan/bringing.ts";
import { type Brings, bringing } from "./driving/bringing.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";

export interface BuildFlags extends GlobalFlags {
  /** False for `--no-cache`. */
  readonly cache: boolean;
  /** The images that are built on. */
  readonly pull?: boolean;
  readonly quiet?: boolean;
}

export async function build(invocation: Invocation, flags: BuildFlags, roles: readonly string[]): Promise<number> {
  const isShown = flags.quiet !== true && (invocation.stderr.isTTY === true || flags.verbose);
  return await bringing(invocation, { flags, roles, nothing: "Nothing to build.\n" }, async (brings) => {
    await buildAll(sourcesOf(await brings.look(), { anew: flags.pull === true }), { brings, flags, isShown });
    const { looked, ...found } = await brings.look();
    await buildAll(layersOf(found), { brings, flags, isShown });
    return unbuildable(found, looked);
  });
}

interface Building {
  readonly brings: Brings;
  readonly flags: BuildFlags;
  readonly isShown: boolean;
}

/** Pulls together; builds one after another, each with the whole machine. */
async function buildAll(operations: readonly Operation[], building: Building): Promise<void> {
  await building.brings.bring(operations.filter(({ kind }) => kind === "image.pull"));
  for (const operation of operations) await buildOne(operation, building);
}

async function buildOne(operation: Operation, { brings, flags, isShown }: Building): Promise<void> {
  if (operation.kind !== "image.build") return;
  const { build } = operation;
  const wanted = {
    ...build,
    ...(!flags.cache && { noCache: true }),
    // A layer is on top of an image by its id.
    ...(flags.pull === true && !build.layer && { pull: true }),
  };
  await brings.bring([{ ...operation, build: wanted }], { isShown });
}
