// What a person adds by hand: bd itself gives it the next free id, in one step with the creation.
import { CrewError } from "../../errors.ts";
import type { BeadDraft } from "../../ports/tracker.ts";
import { knownBead, refuseBadBead } from "../guards.ts";
import type { Bd } from "./bd.ts";
import { inList } from "./commands.ts";
import type { Generation } from "./generation.ts";
import { labelOf } from "./metadata-labels.ts";
import type { Reader } from "./reader.ts";
import { errorWords, issuesOf } from "./reply.ts";

/** Returns the id. */
export async function addBead({ bd, reader }: Adding, draft: BeadDraft): Promise<string> {
  refuseBadBead({ ...draft, id: "unborn" });
  if (draft.parent !== undefined) knownBead((await reader.readNow()).beads, draft.parent);
  const generation = await bd.generation();
  for (let attempt = 1; ; attempt += 1) {
    const answer = await bd.run({ args: createArgs(draft, generation) });
    const [made] = issuesOf(answer.stdout);
    const id =
      answer.exitCode === 0 && made?.title === draft.title && typeof made.id === "string" ? made.id : undefined;
    if (id !== undefined && (generation.keepsItsWord || (await reader.readAnew()).beads.has(id))) return id;
    if (id !== undefined && attempt < attempts) continue;
    throw new CrewError("failed", `bd did not create it: ${errorWords(answer)}`, {
      hint: "See whether it is there all the same: crew bead list",
    });
  }
}

interface Adding {
  readonly bd: Bd;
  readonly reader: Reader;
}

const attempts = 3;

function createArgs(draft: BeadDraft, { hasMetadata }: Generation): readonly string[] {
  const facts = Object.entries(draft.metadata);
  const labels = [...draft.labels, ...(hasMetadata ? [] : facts.map(([key, value]) => labelOf(key, value)))];
  return [
    "create",
    `--title=${draft.title}`,
    `--description=${draft.description}`,
    ...(draft.acceptance === "" ? [] : [`--acceptance=${draft.acceptance}`]),
    `--type=${draft.type}`,
    `--priority=${draft.priority}`,
    ...labels.map((label) => `--labels=${inList(label)}`),
    ...(hasMetadata && facts.length > 0 ? [`--metadata=${JSON.stringify(draft.metadata)}`] : []),
    // From 1.0 on a child takes its parent's labels, which may be another role's.
    ...(draft.parent === undefined
      ? []
      : [`--parent=${draft.parent}`, ...(hasMetadata ? ["--no-inherit-labels"] : [])]),
    "--json",
  ];
}
