// crew audit: proves every closed bead, from the project as it stands or from its archive. Exit 1 where a bead is closed
// without evidence. Changes nothing but the report file that is asked for.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CrewError, machineError } from "../errors.ts";
import { observe } from "../execute/observe.ts";
import { type AuditEntry, audit as auditOf } from "../merge/audit.ts";
import { type LandingCommit, landingCommit, landingSpan } from "../merge/landing-commit.ts";
import { survey } from "../merge/survey.ts";
import type { World } from "../model/world.ts";
import { epicPlace } from "../plan/epic.ts";
import { auditJson, auditMarkdown, auditText } from "../ui/audit.ts";
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";

export interface AuditFlags extends GlobalFlags {
  readonly format: string;
  readonly report?: string;
}

export async function audit(invocation: Invocation, flags: AuditFlags, bead: string | undefined): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const all = await entriesOf(project);
  const entries = bead === undefined ? all : all.filter((entry) => entry.bead === bead);
  if (bead !== undefined && entries.length === 0) {
    throw new CrewError("failed", `There is no bead ${bead} in this project's epic`, { hint: "crew audit" });
  }
  const view = { project: project.engine.project, entries };
  if (flags.report !== undefined) writeReport(resolve(invocation.cwd, flags.report), auditMarkdown(view));
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(auditJson(view), 2)}\n` : auditText(view, data.format()));
  await data.flush();
  return entries.some(({ state }) => state === "unproven") ? 1 : 0;
}

async function entriesOf({ engine, crew }: ViewedProject): Promise<readonly AuditEntry[]> {
  const world = await recalled(await observe(engine, crew, { memory: new Map(), startedAtMs: 0 }), { engine, crew });
  const epic = world.repository.facts.project?.epic;
  if (epic === undefined)
    throw new CrewError("failed", "This project has not been brought up yet", { hint: "crew up" });
  const landing = await landingIn(world, engine);
  return auditOf({ survey: survey(crew, world, { epic, startedAtMs: 0 }), close: crew.close, landing });
}

async function landingIn({ repository }: World, engine: ViewedProject["engine"]): Promise<LandingCommit | undefined> {
  const span = landingSpan(repository);
  if (!span) return undefined;
  const { tip, base } = span;
  return landingCommit(repository, tip, await engine.repository.chain(tip.oid, base));
}

/** A project that is down is proven from its archive. */
async function recalled(world: World, { engine, crew }: Pick<ViewedProject, "engine" | "crew">): Promise<World> {
  const { facts, archives } = world.repository;
  const epic = epicPlace(crew, world).id;
  if (facts.project !== undefined || !archives.includes(epic)) return world;
  return { ...world, repository: await engine.repository.recall(engine.project, epic) };
}

function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw (
      machineError(cause, path) ?? new CrewError("failed", `The report cannot be written: ${why}`, { at: path, cause })
    );
  }
}
