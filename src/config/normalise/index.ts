// The file as written → its long form. Pure: no rule is checked here and nothing is reported.
import { basename, dirname } from "node:path";
import type { Canonical, CanonicalInput } from "../canonical.ts";
import type { CrewFile } from "../generated/crew-file.ts";
import type { Inputs } from "../inputs.ts";
import { safeName } from "../key-names.ts";
import { epicOf, epicSlug } from "./epic.ts";
import { mapValues } from "./forms.ts";
import { gatesOf } from "./gates.ts";
import { rolesOf } from "./roles.ts";
import { tasksOf } from "./tasks.ts";

export interface Normalised {
  readonly canonical: Canonical;
  /** The epic's slug: the title's, or the project's name. */
  readonly slug: string;
}

/** `path` is the crew file's. A file without an epic, which is reported elsewhere, gets one named like the project. */
export function normalise(
  file: Partial<CrewFile>,
  source: { readonly path: string; readonly inputs: Inputs },
): Normalised {
  const name = file.name ?? (safeName(basename(dirname(source.path))) || "crew");
  const epic = file.epic ?? name;
  const slug = epicSlug(epic, name);
  const { defaults: _merged, inputs, epic: _epic, tasks, roles: _roles, gates: _gates, tracker, ...rest } = file;
  const canonical: Canonical = {
    name,
    inputs: inputsOf(inputs ?? {}, source.inputs),
    epic: epicOf(epic, name),
    tasks: tasksOf(tasks ?? {}),
    roles: rolesOf(file, slug),
    gates: gatesOf(file),
    review: "epic",
    land: "merge",
    strategy: "merge",
    batch: 1,
    radar: "warn",
    max_gates: 1,
    push: false,
    close: "on-land",
    max_parallel: 4,
    protect: [],
    runtime: "docker",
    ...rest,
    tracker: typeof tracker === "object" ? tracker : { kind: trackerKind(tracker) },
  };
  return { canonical, slug };
}

function inputsOf(inputs: NonNullable<CrewFile["inputs"]>, { values }: Inputs): Record<string, CanonicalInput> {
  const withNames = mapValues(inputs, (input) => input ?? {});
  return Object.fromEntries(
    Object.entries(withNames).map(([name, { description, pattern }]) => {
      const value = values.get(name);
      const input: CanonicalInput = {
        ...(description === undefined ? {} : { description }),
        ...(pattern === undefined ? {} : { pattern }),
        ...(value === undefined ? {} : { default: value }),
      };
      return [name, input];
    }),
  );
}

function trackerKind(tracker: string | undefined): "auto" | "bd" | "git" {
  return tracker === "bd" || tracker === "git" ? tracker : "auto";
}
