// What the translation of one compose file shares: how it notes what becomes of a key, and what it knows of paths and names.
import type { Span } from "../tree.ts";

/** `kept`: under the same key. `becomes`: under another one. */
export type Fate = "kept" | "becomes" | "left out" | "refused";

/** What became of a key of the compose file, and why. */
export interface Note {
  readonly at: Span;
  /** The key, such as `deploy.resources.limits.cpus`. */
  readonly key: string;
  readonly fate: Fate;
  readonly words: string;
}

export interface Reading {
  readonly note: (at: Span, key: string, fate: Fate, words?: string) => void;
  /** A relative path of the compose file, as the crew file has to write it. */
  readonly path: (path: string) => string;
  /** Whether the folder, as the compose file writes it, holds the compose file itself. */
  readonly isRepository: (path: string) => boolean;
  /** Variables that hold an agent's id and its branch. */
  readonly identity: Identity;
  /** Names of services that are no agents. */
  readonly services: readonly string[];
}

export interface Identity {
  readonly ids: ReadonlySet<string>;
  readonly branches: ReadonlySet<string>;
}
