// What a role's container finds beside its mail when it starts: its environment, kept out of what the engine shows of it. Pure.
import { CrewError } from "../../../errors.ts";
import { canonicalJson } from "../../../model/content.ts";
import { isVariableName } from "../../../model/shell.ts";
import type { InstanceSpec } from "../../../model/spec.ts";
import { inside } from "../context.ts";

/** Both are written by crew; the agent may spoil them: what counts is the hash in the label. */
export const environmentFiles = { shell: "environment", json: "environment.json" } as const;

export interface Surroundings {
  readonly role: string;
  readonly marker: string;
  /** Folder of crew's scripts in the instance. */
  readonly scripts: string;
}

/** Shell text that exports `own`, and crew's own variables over it. */
export function environmentText(own: InstanceSpec["environment"], crews: InstanceSpec["environment"]): string {
  return Object.entries({ TERM: "dumb", ...own, HOME: `${inside.home}/home`, ...crews })
    .map(([name, value]) => `export ${checked(name)}=${quoted(value)}\n`)
    .join("");
}

export function supervisorVariables({ role, marker, scripts }: Surroundings): InstanceSpec["environment"] {
  return {
    CREW_ROLE: role,
    CREW_INSTANCE: marker,
    CREW_MAIL: inside.mail,
    CREW_BIN: scripts,
    CREW_STATE: `${inside.home}/state`,
    CREW_STREAM: "1",
    CREW_KEPT: inside.kept,
  };
}

/** For labels: all but the environment, whose values the engine would show to everybody. */
export function specLabel({ environment: _kept, ...spec }: InstanceSpec): string {
  return canonicalJson(spec);
}

/** What the label says; the environment as far as it can be read. Whether it is as it was made, its hash says. */
export function specIn(role: string, label = "{}", environmentJson = "{}"): InstanceSpec {
  return { role, environment: {}, ...parsed(label), ...environmentIn(environmentJson) };
}

function environmentIn(json: string): Partial<InstanceSpec> {
  const pairs = Object.entries(parsed(json)).filter(([, value]) => typeof value === "string");
  return { environment: Object.fromEntries(pairs) as InstanceSpec["environment"] };
}

function parsed(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function checked(name: string): string {
  if (isVariableName(name)) return name;
  throw new CrewError("invalid", `${JSON.stringify(name)} cannot be the name of a variable in a container.`, {
    hint: "Letters, digits and _",
  });
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
