// crew import: writes the crew file that does what a compose file with agents did. Starts nothing, and asks no engine.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { parseEnv } from "node:util";
import { importCompose, type Wish } from "../config/compose/import.ts";
import { formatProblems } from "../config/load.ts";
import { CrewError, machineError } from "../errors.ts";
import { importLines } from "../ui/import.ts";
import { renderLines } from "../ui/lines.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { countOf } from "./project/crew-file.ts";

export interface ImportFlags extends GlobalFlags {
  readonly role: readonly Wish[];
  readonly service?: string;
  readonly epic?: string;
  readonly output: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** `-` as the file is stdin, as the output stdout. */
export async function importFile(invocation: Invocation, flags: ImportFlags, file: string): Promise<number> {
  const { cwd, environment } = invocation;
  const isPrinted = flags.dryRun === true || flags.output === "-";
  const path = resolve(cwd, file === "-" ? "compose.yaml" : file);
  const crewFile = resolve(cwd, isPrinted ? "crew.yaml" : flags.output);
  const text = file === "-" ? await textOf(invocation.stdin()) : read(path, "failed");
  const { service, epic, role: roles } = flags;
  const imported = importCompose({
    ...{ file: path, text, crewFile, env: environment, dotEnv: dotEnvBeside(path), roles },
    ...(service !== undefined && { service }),
    ...(epic !== undefined && { epic }),
  });
  const name = file === "-" ? "-" : relative(cwd, path) || path;
  if (imported.text === undefined) {
    const message = formatProblems(imported.problems, { text, file: name });
    throw new CrewError("invalid", message, { hint: countOf(imported.problems.length) });
  }
  const { data, progress } = createOutput({ ...invocation, color: flags.color });
  if (isPrinted) data.write(imported.text);
  else write(crewFile, imported.text, { isForced: flags.force === true, again: `crew import ${file}` });
  const beside = join(dirname(path), ".env");
  const dotEnv = dirname(path) === dirname(crewFile) ? undefined : relative(cwd, beside) || beside;
  const written = isPrinted ? undefined : relative(cwd, crewFile) || crewFile;
  progress.write(renderLines(importLines({ ...imported, file: name, written, dotEnv }), progress.format()));
  await data.flush();
  return 0;
}

/** Where there is one. Compose reads it too, for the file's variables. */
function dotEnvBeside(path: string): Readonly<Record<string, string>> {
  const text = read(join(dirname(path), ".env"), "empty");
  return Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function read(path: string, ifAbsent: "failed" | "empty"): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" && ifAbsent === "empty") return "";
    if (code === "ENOENT") throw new CrewError("failed", `There is no ${path}.`, { cause });
    throw new CrewError("failed", `${path} cannot be read: ${message}`, { cause });
  }
}

function write(
  path: string,
  text: string,
  { isForced, again }: { readonly isForced: boolean; readonly again: string },
): void {
  try {
    writeFileSync(path, text, { flag: isForced ? "w" : "wx" });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      throw new CrewError("failed", `${path} is there already. Nothing was written.`, {
        hint: `${again} --dry-run prints what would be written; --force writes over it; -o FILE writes elsewhere`,
        cause,
      });
    }
    throw machineError(cause, path) ?? new CrewError("failed", `${path} cannot be written: ${message}`, { cause });
  }
}
