// The repository's objects and crew's scripts in the shared volume, which every clone borrows from and only crew writes to.
// Only what is not there yet is sent.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../../../model/names.ts";
import type { PackFiles } from "../../../ports/runtime.ts";
import type { Assets } from "../../assets.ts";
import type { NewEntry } from "../archive.ts";
import { type DockerContext, inside } from "../context.ts";
import { ensureHub, hubPath, inHub, isInHub, putIntoVolumes, readFromHub } from "../hub.ts";
import { type Join, togetherFor } from "../together.ts";

const tipsFile = "objects/tips";
const tipsLimits = { fileBytes: 4_194_304, totalBytes: 5_242_880 } as const;

interface Sharing {
  readonly wants: readonly Oid[];
  /** What is to be written beside, named from the hub's root. */
  readonly beside: readonly NewEntry[];
}

/** Who waits for the same is served together, also whoever came while it was packed. */
const sharing = togetherFor(async (context: DockerContext, all: readonly Sharing[], join: Join<Sharing>) => {
  const late = await share(context, all, join);
  return [...all, ...late].map(() => undefined);
});

/** Afterwards every clone can read the commits and all that they reach. */
export async function shareCommits(
  context: DockerContext,
  wants: readonly Oid[],
  beside: readonly NewEntry[] = [],
): Promise<void> {
  await sharing(context, { wants, beside });
}

/** Returns those that it let join. */
async function share(
  context: DockerContext,
  all: readonly Sharing[],
  join: Join<Sharing>,
): Promise<readonly Sharing[]> {
  const tips = await sharedTips(context);
  // Where nothing is shared there may be no hub: it is made while git packs.
  const hub = tips.length === 0 ? ensureHub(context) : undefined;
  hub?.catch(() => undefined);
  const missing = [...new Set(all.flatMap(({ wants }) => wants))].filter((oid) => !tips.includes(oid));
  const there = new Set([...tips, ...missing]);
  const joined = () => join(({ wants }) => wants.every((oid) => there.has(oid)));
  const besideOf = (late: readonly Sharing[]) => [...all, ...late].flatMap((each) => each.beside);
  if (missing.length === 0) {
    await hub;
    const late = joined();
    const beside = besideOf(late);
    if (beside.length > 0) await putIntoVolumes(context, beside);
    return late;
  }
  return await context.source.pack({ wants: missing, haves: tips }, async (pack) => {
    await hub;
    const late = joined();
    // Its list last: whatever it names is there.
    const list = { name: tipsFile, content: `${[...tips, ...missing].join("\n")}\n` };
    const shared = [...folders, ...scriptEntries(context.assets), ...packEntries(pack), list];
    await putIntoVolumes(context, [...besideOf(late), ...inHub(hubPath.shared, shared)]);
    return late;
  });
}

/** The scripts of this crew, and where the objects were lost all that the project pins: its clones borrow them. */
export async function ensureShared(context: DockerContext, start: Oid | undefined): Promise<void> {
  const [hasScripts, hasObjects] = await Promise.all([
    isInHub(context, `${hubPath.shared}/${scriptFolder(context.assets)}/bd`),
    isInHub(context, `${hubPath.shared}/${tipsFile}`),
  ]);
  if (!hasObjects) {
    const pinned = await context.source.pinned(context.names.project);
    await shareCommits(context, start === undefined ? pinned : [...new Set([start, ...pinned])]);
  }
  if (!hasScripts) await putIntoVolumes(context, inHub(hubPath.shared, scriptEntries(context.assets)));
}

const folders: readonly NewEntry[] = [{ name: "objects/" }, { name: "objects/info/" }, { name: "objects/pack/" }];

/** By content: an instance goes on with the scripts that it was made with. */
function scriptFolder(assets: Assets): string {
  return `bin-${createHash("sha256").update(Object.values(assets).join("\0")).digest("hex").slice(0, 12)}`;
}

/** Path in every instance. */
export function scriptPath(assets: Assets, name: "supervisor.sh" | "gate.sh" | ""): string {
  return `${inside.shared}/${scriptFolder(assets)}/${name}`.replace(/\/$/, "");
}

function scriptEntries(assets: Assets): readonly NewEntry[] {
  const folder = scriptFolder(assets);
  return [
    { name: `${folder}/` },
    { name: `${folder}/supervisor.sh`, content: assets.supervisor, mode: 0o755 },
    { name: `${folder}/gate.sh`, content: assets.gate, mode: 0o755 },
    { name: `${folder}/crew-tell`, content: assets.tell, mode: 0o755 },
    { name: `${folder}/bd`, content: assets.bd, mode: 0o755 },
  ];
}

/** The index last: git looks for packs by their indexes. */
function packEntries(pack: PackFiles | undefined): readonly NewEntry[] {
  if (!pack) return [];
  return [...pack.names]
    .sort()
    .reverse()
    .map((name) => {
      const file = join(pack.folder, name);
      return { name: `objects/pack/${name}`, content: { file, sizeBytes: statSync(file).size }, mode: 0o444 };
    });
}

async function sharedTips(context: DockerContext): Promise<readonly Oid[]> {
  const archive = await readFromHub(context, `${hubPath.shared}/${tipsFile}`, tipsLimits);
  const text = archive?.kind === "whole" ? archive.entries.get("tips")?.content?.toString("utf8") : undefined;
  return (text ?? "").split("\n").filter(Boolean);
}
