// Where crew keeps things on this machine, and whether it can. Makes nothing but the folder of the instances.
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { CrewError } from "../../errors.ts";
import { unwritable } from "../../repository/view.ts";

/**
 * `$XDG_STATE_HOME/crew`, by default in the home directory's `.local/state`. A path that is not absolute counts as unset
 * (XDG Base Directory Specification). `home`: what the system says of the user, for a process without HOME.
 */
export function stateDirectory(environment: Readonly<Record<string, string>>, home: () => string): string {
  const { XDG_STATE_HOME = "", HOME = "" } = environment;
  if (isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, "crew");
  return join(isAbsolute(HOME) ? HOME : home(), ".local", "state", "crew");
}

const everything = constants.R_OK | constants.W_OK | constants.X_OK;

/** Looking needs no more than reading; working does. */
export function mustTakeRecords(commonDir: string): void {
  try {
    for (const path of [commonDir, join(commonDir, "objects"), join(commonDir, "refs")]) accessSync(path, everything);
  } catch (cause) {
    throw unwritable(commonDir, cause);
  }
}

/** Before anything else is made: a project whose instances have no room would stop in the middle. */
export function mustHoldState(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, everything);
  } catch (cause) {
    throw noRoom(path, cause);
  }
}

/** The same without making anything: the nearest folder above that is there must let it be made. */
export function mayHoldState(path: string): void {
  let nearest = path;
  while (!existsSync(nearest) && nearest !== dirname(nearest)) nearest = dirname(nearest);
  try {
    if (!statSync(nearest).isDirectory()) throw new Error(`${nearest} is not a folder`);
    accessSync(nearest, everything);
  } catch (cause) {
    throw noRoom(path, cause);
  }
}

function noRoom(path: string, cause: unknown): CrewError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CrewError("needs-you", `Instances need a folder for their files, and it cannot be written: ${why}`, {
    at: path,
    hint: "Make it writable, or name another place: export XDG_STATE_HOME=<folder>",
    cause,
  });
}
