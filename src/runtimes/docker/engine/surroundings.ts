// What finding an engine looks at on this machine. Reads; decides nothing.
import { existsSync, readFileSync } from "node:fs";

export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path of the user's home. */
  readonly home: string;
  /** Undefined where the system has none. */
  readonly uid: number | undefined;
  /** Undefined where there is no such file; throws where it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

export function surroundings(environment: Surroundings["environment"], home: string): Surroundings {
  return { environment, home, uid: process.getuid?.(), readText, exists: existsSync };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
