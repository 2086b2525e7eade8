// Pins what an instance left behind. Only git's own checks apply: it is kept, not merged.

import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { UploadPack } from "../ports/runtime.ts";
import type { Context } from "./context.ts";
import { placeOf, placeRef, projectRoot } from "./layout.ts";
import { inQuarantine } from "./quarantine.ts";
import { listRefs, swapRef } from "./refs.ts";

export interface RescueImport {
  readonly project: string;
  readonly role: string;
  readonly n: number;
  readonly uploadPack: UploadPack;
}

/** False: there is none, or it is pinned already. */
export async function importRescue(context: Context, { project, role, n, uploadPack }: RescueImport): Promise<boolean> {
  const root = projectRoot(project);
  const refs = await listRefs(context, [root]);
  const placed = [...refs.values()].map((ref) => ({ oid: ref.oid, place: placeOf(ref.name.slice(root.length)) }));
  // What the clone was given and what was taken from it before need not come again.
  const kinds = ["start", "tip", "done", "order", "rescue", "shown"];
  const known = placed.flatMap(({ oid, place }) => (place && kinds.includes(place.kind) ? [oid] : []));
  const pinned = placed.flatMap(({ oid, place }) => (place?.kind === "rescue" && place.role === role ? [oid] : []));
  return inQuarantine(context, known, async (quarantine) => {
    const fetched = await quarantine.fetch({ ref: "refs/crew/rescue", uploadPack });
    switch (fetched.kind) {
      case "absent":
        return false;
      case "refused":
        throw new CrewError("needs-you", `The rescued work of ${role} was not taken: ${fetched.reason}.`, {
          hint: `Its folder is kept: look into its work/ before you remove it by hand.`,
        });
      case "fetched":
        if (pinned.includes(fetched.commit)) return false;
        await quarantine.release(fetched.commit, known);
        await pinRescue(context, { project, role, n, commit: fetched.commit });
        return true;
    }
  });
}

interface RescuePin {
  readonly project: string;
  readonly role: string;
  readonly n: number;
  readonly commit: Oid;
}

async function pinRescue(context: Context, { project, role, n, commit }: RescuePin): Promise<void> {
  await swapRef(context, { ref: placeRef(project, { kind: "rescue", role, n }), to: commit });
}
