// `crew ps`: the instances of roles and gates, and the services beside them, as they run. Pure.
import { runKey } from "../merge/verdicts.ts";
import { driftOf } from "../model/drift.ts";
import { servicesIn, serviceWords } from "../model/services.ts";
import { serviceDrift } from "../model/services-drift.ts";
import type { Instance } from "../model/world.ts";
import { durationText } from "./duration.ts";
import { renderLines, span, type TextFormat } from "./lines.ts";
import { roleStates } from "./role-state.ts";
import { phaseWord } from "./role-words.ts";
import type { Seen } from "./seen.ts";
import { tableLines } from "./table.ts";

export interface PsRow {
  readonly name: string;
  readonly kind: "role" | "service" | "gate";
  readonly state: "created" | "running" | "paused" | "exited";
  readonly pid?: number;
  /** A role's phase; a service's health, or how it ended; a gate's result. */
  readonly phase: string;
  /** The bead, move or branch that it works on. */
  readonly bead?: string;
  readonly branch?: string;
  readonly uptimeMs?: number;
  /** What of it is not as the file has it by now, by field; it is replaced after its turn. */
  readonly drift?: readonly string[];
}

/** Roles in the order of the file, services, then gates. What is not there has no row, as in Compose. */
export function psJson(seen: Seen): readonly PsRow[] {
  return [...roleRows(seen), ...serviceRows(seen), ...gateRows(seen)];
}

export function psText(shown: readonly PsRow[], { width, color }: TextFormat): string {
  const rows = shown.map(({ name, kind, state, pid, phase, bead, branch, uptimeMs, drift = [] }) => [
    span(name),
    span(kind),
    span(state, state === "running" ? "good" : "dim"),
    span(pid === undefined ? "" : String(pid)),
    span(phase),
    span(bead ?? ""),
    span(branch ?? "", "dim"),
    span(uptimeMs === undefined ? "" : durationText(uptimeMs)),
    span(drift.join(", "), "bad"),
  ]);
  const names = ["NAME", "KIND", "STATE", "PID", "PHASE", "BEAD", "BRANCH", "UPTIME", "DRIFT"];
  // Containers tell no pid, and mostly nothing drifts.
  const isTold = (column: number) =>
    ["PID", "DRIFT"].every((name) => names[column] !== name) || rows.some((row) => row[column]?.text !== "");
  const head = names.map((name, column) => span(isTold(column) ? name : "", "dim"));
  const columns = [
    { min: 8 },
    {},
    {},
    {},
    { min: 7 },
    { min: 8 },
    { min: 8, yields: true, cut: "start" },
    {},
    { min: 5 },
  ] as const;
  return renderLines(tableLines([head, ...rows], { columns, width }), { width, color });
}

function roleRows(seen: Seen): readonly PsRow[] {
  const { world } = seen;
  return roleStates(seen).flatMap(({ role, branch, phase, order }): readonly PsRow[] => {
    const instance = world.runtime.instances.get(role);
    if (!instance) return [];
    const { running, pid, startedAtMs } = instance;
    const declared = seen.survey.crew.roles.find(({ name }) => name === role);
    const drift = declared ? driftOf(instance, declared, world.runtime.images).map(({ field }) => field) : [];
    return [
      {
        name: role,
        kind: "role",
        state: stateOf(instance),
        ...(running && pid !== undefined && { pid }),
        phase: running ? phaseWord(phase) : "",
        ...(order && { bead: order.subject }),
        branch,
        ...(running && startedAtMs !== undefined && { uptimeMs: world.nowMs - startedAtMs }),
        ...(drift.length > 0 && { drift }),
      },
    ];
  });
}

function stateOf({ running, paused, mail }: Instance): PsRow["state"] {
  if (paused) return "paused";
  if (running) return "running";
  return mail !== "unreadable" && mail.status.phase === "starting" ? "created" : "exited";
}

function serviceRows({ world, survey }: Seen): readonly PsRow[] {
  const { roles, gates } = survey.crew;
  const rows = servicesIn(world.runtime).map((state): PsRow => {
    const { owner, name, paused, running, exitCode, health } = state;
    const owners = owner.kind === "project" ? [...roles, ...gates] : owner.kind === "role" ? roles : gates;
    const whose = owner.kind === "role" ? owner.role : owner.kind === "gate" ? owner.gate : undefined;
    const declared = owners
      .filter((each) => whose === undefined || each.name === whose)
      .flatMap(({ services = [] }) => services)
      .find((each) => each.name === name && (each.shared === true) === (owner.kind === "project"));
    const drift = declared ? serviceDrift(state, declared).map(({ field }) => field) : [];
    return {
      name: serviceWords(owner, name),
      kind: "service",
      state: paused ? "paused" : running ? "running" : exitCode === undefined ? "created" : "exited",
      phase: running ? (health ?? "") : exitCode === undefined ? "" : `exit ${exitCode}`,
      ...(drift.length > 0 && { drift }),
    };
  });
  return rows.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function gateRows({ world, survey }: Seen): readonly PsRow[] {
  const subjects = new Map(
    survey.candidates.flatMap(({ checks, subject }) => checks.map((check) => [runKey(check), subject] as const)),
  );
  return [...world.runtime.gates.values()].map(({ key, gate, running, result }): PsRow => {
    const bead = subjects.get(key);
    const ended = result?.kind === "exited" ? `exit ${result.exitCode}` : (result?.kind ?? "");
    const phase = running ? "" : ended;
    return {
      name: gate,
      kind: "gate",
      state: running ? "running" : "exited",
      phase,
      ...(bead !== undefined && { bead }),
    };
  });
}
