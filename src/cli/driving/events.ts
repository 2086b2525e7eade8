// The project's event log: appended by whoever executes, read by whoever looks. Deleting it changes no decision.
import { appendFileSync, mkdirSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import type { CrewEvent } from "../../model/event.ts";

export function eventWriter(file: string): (event: CrewEvent) => void {
  mkdirSync(dirname(file), { recursive: true });
  return (event) => {
    try {
      appendFileSync(file, `${JSON.stringify(event)}\n`);
    } catch {
      // History for people only: a full disk must not stop the work that it tells of.
    }
  };
}

export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

export interface Read {
  readonly events: readonly CrewEvent[];
  /** Where the next read goes on. */
  readonly offset: number;
}

/** Whole lines after the offset; a line that is still being written waits for the next read. */
export async function readEvents(file: string, offset: number): Promise<Read> {
  const size = sizeOf(file);
  if (size <= offset) return { events: [], offset: Math.min(offset, size) };
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - offset), 0, size - offset, offset);
    const text = buffer.subarray(0, bytesRead).toString("utf8");
    const end = text.lastIndexOf("\n") + 1;
    const events = text.slice(0, end).split("\n").filter(Boolean).map(parse);
    return {
      events: events.filter((event) => event !== undefined),
      offset: offset + Buffer.byteLength(text.slice(0, end)),
    };
  } finally {
    await handle.close();
  }
}

/** Enough for the last pass of a hundred roles. */
const tailBytes = 256 * 1024;

/** How things stood when the driver last wrote it down: where a viewer begins. */
export async function lastPass(file: string): Promise<CrewEvent | undefined> {
  const { events } = await readEvents(file, Math.max(0, sizeOf(file) - tailBytes));
  return events.findLast((event) => event.type === "pass");
}

function parse(line: string): CrewEvent | undefined {
  try {
    return JSON.parse(line) as CrewEvent;
  } catch {
    return undefined;
  }
}
