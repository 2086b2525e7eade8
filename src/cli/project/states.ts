// What tells that something a project is read from is another one by now. Asks the file system, and only for what is looked at.
import { statSync } from "node:fs";

/** By path, or by a name of its own. */
export type States = ReadonlyMap<string, State>;

export interface State {
  /** Just before it was read. */
  readonly was: string;
  readonly look: () => string;
}

export function seen(look: State["look"]): State {
  return { was: look(), look };
}

export function fileState(path: string): State {
  return seen(() => stateOf(path));
}

/** Whatever changes when the file is written, moved or copied over; why, where it cannot be looked at. */
function stateOf(file: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  }
}
