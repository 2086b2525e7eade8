// What a crew file takes from outside of its text: variables, and files beside it. Given by the caller; nothing is read here.
import { dirname } from "node:path";

export interface Sources {
  /** Absolute path of the crew file. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined where it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  /** Links are followed. */
  readonly kindAt: (path: string) => "file" | "folder" | "absent";
  /** Names in a folder; none where it cannot be read. */
  readonly namesIn: (folder: string) => readonly string[];
}

/** Paths in the file are meant from its folder. */
export function relativeTo({ file }: Sources): string {
  return dirname(file);
}
