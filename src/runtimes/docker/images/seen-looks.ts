// What was seen in images, by their ids: in this process and, in a file, beyond it. An id is of one content for ever.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { FailedLook, ImageLook, ImageLooks } from "../../../model/layer.ts";

export interface WantedLooks {
  readonly ids: readonly string[];
  /** That are looked for. */
  readonly programs: readonly string[];
}

export interface SeenLooks {
  /** Asks `look` for those that it does not know, and once more where that fails: of those it knows only why, until the next time. */
  of(wanted: WantedLooks, look: (id: string) => Promise<ImageLook>): Promise<ImageLooks>;
}

/** `file`: where it is kept beyond this process. Losing it costs one more look. */
export function seenLooks(file: string | undefined): SeenLooks {
  const known = new Map(file === undefined ? [] : Object.entries(readLooks(file)));
  return {
    of: async ({ ids, programs }, look) => {
      const keyOf = (id: string) => [id, ...programs].join(" ");
      const unseen = ids.filter((id) => !known.has(keyOf(id)));
      const failed = new Map<string, FailedLook>();
      await Promise.all(
        unseen.map(async (id) => {
          try {
            // Its container may have been taken away by somebody who tidied up.
            known.set(keyOf(id), await look(id).catch(() => look(id)));
          } catch (error) {
            failed.set(id, { problem: error instanceof Error ? error.message : String(error) });
          }
        }),
      );
      if (file !== undefined && unseen.length > failed.size) keepLooks(file, known);
      return new Map(ids.flatMap((id) => pair(id, known.get(keyOf(id)) ?? failed.get(id))));
    },
  };
}

function pair<T>(id: string, look: T | undefined): readonly (readonly [string, T])[] {
  return look === undefined ? [] : [[id, look]];
}

function readLooks(file: string): Record<string, ImageLook> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, ImageLook>;
  } catch {
    return {};
  }
}

/** Where it cannot be kept, it is looked for again the next time. */
function keepLooks(file: string, known: ReadonlyMap<string, ImageLook>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(known)));
    renameSync(`${file}.new`, file);
  } catch {}
}
