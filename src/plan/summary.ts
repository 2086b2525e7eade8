// What a pull request says of the epic, as Markdown: its beads with their commits, the gates, who did what. Pure.
import { roundOf } from "../merge/history.ts";
import { isDone } from "../merge/leaves.ts";
import type { GateCheck } from "../merge/verdicts.ts";
import { shortOid } from "../model/names.ts";
import type { PlanContext } from "./context.ts";

/** GitHub takes 65,536 characters, GitLab more. */
const maxLength = 60_000;

/** `checks` are those of the gates on what would land. */
export function pullRequestBody(context: PlanContext, checks: readonly GateCheck[]): string {
  const { crew, survey, world } = context;
  const { start, base } = world.repository;
  const done = survey.leaves.filter(({ state }) => isDone(state)).length;
  const from = `${base.branch} at ${shortOid(start ?? base.oid)}`;
  const text = [
    `${done} of ${survey.leaves.length} beads of epic ${plain(context.epic)}, collected on ${code(crew.epic.branch)} from ${code(from)}.`,
    "### Beads",
    beadLines(context.epic, context, 0).join("\n"),
    "### Gates",
    gateLines(checks),
    "### Roles",
    roleLines(context),
  ].join("\n\n");
  return text.length <= maxLength
    ? `${text}\n`
    : `${text.slice(0, maxLength)}\n\n… cut: crew status shows all of it.\n`;
}

function beadLines(parent: string, context: PlanContext, depth: number): readonly string[] {
  const { beads, tree } = context.survey;
  return (tree.children.get(parent) ?? []).flatMap((id) => {
    const line = `${"  ".repeat(depth)}- [${isBeadDone(id, context) ? "x" : " "}] ${beadText(id, context)}`;
    return beads.has(id) ? [line, ...beadLines(id, context, depth + 1)] : [];
  });
}

function isBeadDone(id: string, context: PlanContext): boolean {
  const { leaves, tree } = context.survey;
  const leaf = leaves.find(({ bead }) => bead.id === id);
  if (leaf) return isDone(leaf.state);
  return (tree.children.get(id) ?? []).every((child) => isBeadDone(child, context));
}

function beadText(id: string, { survey }: PlanContext): string {
  const bead = survey.beads.get(id);
  if (!bead) return plain(id);
  const evidence = survey.evidence.commitOf(id, roundOf(bead, survey));
  const by = evidence ? `: ${evidence.oid}${evidence.role === undefined ? "" : ` by ${plain(evidence.role)}`}` : "";
  return `${plain(id)} ${plain(bead.title)}${by}`;
}

function gateLines(checks: readonly GateCheck[]): string {
  if (checks.length === 0) return "None.";
  const rows = checks.map(({ gate, state, verdict }) => {
    const flaky = verdict?.flaky ? ", flaky" : "";
    return `| ${code(gate.name)} | ${state}${flaky} | ${code(gate.run)} |`;
  });
  return ["| gate | verdict | command |", "| --- | --- | --- |", ...rows].join("\n");
}

function roleLines({ crew, world }: PlanContext): string {
  const { orders, reports } = world.repository;
  const rows = crew.roles.map(({ name, branch }) => {
    const given = orders.filter(({ role }) => role === name).length;
    const turns = reports.filter(({ role }) => role === name).reduce((sum, report) => sum + report.turns, 0);
    return `| ${plain(name)} | ${code(branch)} | ${given} | ${turns} |`;
  });
  return ["| role | branch | orders | turns |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** Words of people and agents as they are, on one line: no markup, nobody mentioned, no issue named. */
function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>|~]/g, "\\$&")
    .replace(/[@#!](?=\w)/g, "$&\u2060");
}

function code(text: string): string {
  const line = oneLine(text).replaceAll("|", "\\|");
  const fence = "`".repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
