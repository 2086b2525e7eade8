// Asks a bd what it is and what it can do. Versions outside the tested range are judged by what their help says.
import { realpathSync } from "node:fs";
import { CrewError } from "../../errors.ts";
import type { Fields } from "../fields.ts";
import type { Workspace } from "./environment.ts";
import { type Answer, errorWords, jsonOf } from "./reply.ts";

export interface Generation {
  readonly version: string;
  /** Metadata of its own; without, crew keeps its facts in labels. */
  readonly hasMetadata: boolean;
  /** Rows of an export carry the comments. */
  readonly exportsComments: boolean;
  /**
   * A write that it answers for stays. On 0.47.1 without its daemon a new issue was gone in 1 of 12 rounds of four
   * `bd create` at once, although each had printed its id and ended with 0.
   */
  readonly keepsItsWord: boolean;
  /** `import` can leave what exists alone; without, older `updated_at` loses. */
  readonly importsOnlyNew: boolean;
  /** The prefix of the workspace's ids, without the dash. */
  readonly prefix: string | undefined;
  /** What to tell once: the version has not been tried. */
  readonly warning?: string;
}

export type Ask = (args: readonly string[]) => Promise<Answer>;

/** Two calls, four for an untested version. Rejects (`failed`: it may be back in a moment) where it is no bd, or finds another workspace. */
export async function probe(
  ask: Ask,
  { path, workspace }: { readonly path: string; readonly workspace: Workspace },
): Promise<Generation> {
  const answer = await ask(["version", "--json"]);
  const version = textIn(jsonOf(answer.stdout), "version");
  if (answer.exitCode !== 0 || version === undefined) throw noBd(path, answer);
  const prefix = await prefixOf(ask, workspace);
  const about = { version, prefix };
  if (isTested(version)) {
    const isOld = version.startsWith("0.");
    return {
      ...about,
      hasMetadata: !isOld,
      exportsComments: !isOld,
      keepsItsWord: !isOld,
      importsOnlyNew: isOld,
    };
  }
  const update = (await ask(["update", "--help"])).stdout;
  const importing = (await ask(["import", "--help"])).stdout;
  const hasMetadata = update.includes("--set-metadata");
  return {
    ...about,
    hasMetadata,
    exportsComments: hasMetadata,
    keepsItsWord: hasMetadata && !version.startsWith("0."),
    importsOnlyNew: importing.includes("--skip-existing"),
    warning: `bd ${version} has not been tried with crew (${tested.join(", ")} have); crew goes by what its help says.`,
  };
}

/** Every behaviour that this folder relies on was measured on these. */
const tested = ["0.47.1", "1.0.5", "1.2.2"] as const;

function isTested(version: string): boolean {
  return (tested as readonly string[]).includes(version);
}

async function prefixOf(ask: Ask, workspace: Workspace): Promise<string | undefined> {
  const answer = await ask(["where", "--json"]);
  const where = jsonOf(answer.stdout);
  const found = textIn(where, "path");
  if (answer.exitCode !== 0 || found === undefined) {
    throw new CrewError("failed", `bd cannot open the beads: ${errorWords(answer)}`, {
      at: workspace.beadsDir,
      hint: "Try by hand: bd where; bd doctor may tell more. Or keep the beads in git: tracker: git",
    });
  }
  if (!isSamePlace(found, workspace.beadsDir)) {
    throw new CrewError("failed", `bd works with the beads in ${found}, not with those in ${workspace.beadsDir}.`, {
      hint: "See bd where, and BEADS_DIR",
    });
  }
  return textIn(where, "prefix")?.replace(/-$/, "");
}

function isSamePlace(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

function noBd(path: string, answer: Answer): CrewError {
  const said = answer.exitCode === 0 ? "it does not say its version" : errorWords(answer);
  return new CrewError("failed", `${path} is no bd that crew can work with: ${said}`, {
    hint: "Install beads (bd), or name the program in the crew file: tracker: {kind: bd, command: /path/to/bd}",
  });
}

function textIn(value: unknown, name: string): string | undefined {
  const text = value !== null && typeof value === "object" ? (value as Fields)[name] : undefined;
  return typeof text === "string" && text !== "" ? text : undefined;
}
