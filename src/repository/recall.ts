// A project as its archive holds it: the same records from the same objects, for proof after the project is gone. Changes
// nothing.
import { CrewError } from "../errors.ts";
import { epicTip, type Oid } from "../model/names.ts";
import type { RepositoryState } from "../model/world.ts";
import type { ArchiveName } from "./archive.ts";
import { gatherRecords, type PlacedRef } from "./gather.ts";
import { archiveRef, branchRef, placeOf } from "./layout.ts";
import { isProposed, landedOn, type Observer, readBase, readTips } from "./observe.ts";
import { malformed } from "./records.ts";
import { listRefs, refOid } from "./refs.ts";

export async function recall(observer: Observer, { project, epic }: ArchiveName): Promise<RepositoryState> {
  const { context } = observer;
  const ref = archiveRef(project, epic);
  const archive = await refOid(context, ref);
  if (archive === undefined) {
    throw new CrewError("failed", `There is no archive of ${project}'s epic ${epic}.`, {
      at: ref,
      hint: "crew status",
    });
  }
  const placed = await archivedRefs(observer, { archive, ref });
  const records = await gatherRecords(context, new Map(), placed);
  const start = placed.find(({ place }) => place.kind === "start")?.ref.oid;
  const tips = await readTips(observer, placed, start);
  const branch = records.facts.project?.base ?? (await observer.defaultBranch());
  const { oid, checkedOutAt } = (await listRefs(context, [branchRef(branch)])).get(branchRef(branch)) ?? {};
  const epicOid = tips.get(epicTip)?.oid;
  const base = await readBase(observer, { branch, oid, checkedOutAt, epic: epicOid, start, spare: start ?? epicOid });
  const { upstream } = records.facts;
  const there = upstream?.branch === branch ? upstream.oid : undefined;
  const landed = isProposed(records) ? await landedOn(observer, { here: base.oid, there, epic: epicOid }) : undefined;
  return {
    id: observer.id,
    ...(landed && { landed }),
    base,
    ...(start === undefined ? {} : { start }),
    tips,
    ...records,
    branches: new Map(),
    archives: [epic],
    rescues: new Map(),
  };
}

/** The refs that the project had, as its audit names them. */
async function archivedRefs(
  { context }: Observer,
  { archive, ref }: { readonly archive: Oid; readonly ref: string },
): Promise<readonly PlacedRef[]> {
  const text = await context.view.text(["cat-file", "blob", `${archive}:audit.json`]);
  const refs = (JSON.parse(text) as { readonly refs?: Readonly<Record<string, unknown>> }).refs ?? {};
  return Object.entries(refs).flatMap(([path, oid]) => {
    const place = placeOf(path);
    if (typeof oid !== "string" || !/^[0-9a-f]{40,64}$/.test(oid)) throw malformed(ref, `${path} is no commit`);
    return place ? [{ ref: { name: `${ref}:${path}`, oid }, place }] : [];
  });
}
