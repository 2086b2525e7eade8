// What an agent is told: its bead, what came before, the house rules and why it is asked. Pure. Text that people or other
// agents wrote is fenced, so that it can't pose as crew's own words.
import type { Bead } from "../model/bead.ts";
import type { Crew, Role } from "../model/crew.ts";
import { type OrderId, upwardRole } from "../model/names.ts";
import type { Order, OrderKind, Report } from "../model/records.ts";

export interface PromptParts {
  readonly crew: Crew;
  readonly role: Role;
  readonly order: Order;
  readonly bead?: Bead;
  readonly beads: ReadonlyMap<string, Bead>;
  readonly reports: readonly Report[];
}

export function promptOf(parts: PromptParts): string {
  return [
    headline(parts),
    about(parts),
    ...(parts.role.specialties ?? []).map(({ name, text }) => section(`Your specialty: ${name}`, text)),
    ...beadText(parts.bead),
    ...aboveText(parts),
    ...beforeText(parts),
    ...(parts.role.paths === undefined ? [] : [section("Keep to these paths", pathsText(parts.role.paths))]),
    ...(parts.role.prompt === undefined ? [] : [section("From the team", parts.role.prompt)]),
    ...(parts.order.words === "" ? [] : [section(whyWords(parts.order), fenced(parts.order.words))]),
    rules(parts),
  ]
    .join("\n\n")
    .concat("\n");
}

/** A bead's first order may hold only what a person has told the role. */
function whyWords({ kind, tells }: Order): string {
  return kind === "bead" && tells !== undefined ? "What you are told besides" : "Why you are asked again";
}

function pathsText(paths: readonly string[]): string {
  return `${paths.map((path) => `- ${path}`).join("\n")}\nA change anywhere else waits for a person.`;
}

function headline({ order, bead, role }: PromptParts): string {
  const title = bead?.title ?? `Move ${upwardRole(order.id.subject) ?? role.name} up into ${role.into}`;
  return `Bead: ${order.id.subject}  ${title.replace(/\s+/g, " ")}`;
}

function about({ crew, role, order }: PromptParts): string {
  const task: Record<OrderKind, string> = {
    bead: "Do this bead.",
    mend: "Your work on this bead is red in a gate. Mend it.",
    conflict: "Your work on this bead conflicts with what was merged meanwhile. Resolve the merge that is under way.",
    refused: "Your last report on this bead was refused. Do it again without what was refused.",
    rejected: "A person rejected your last report on this bead. Change it as they say.",
    failed: "Your last attempt at this bead did not succeed. Go on from where it stands.",
    retry: "Go on with this bead.",
  };
  const where = `You are ${role.name}, one of the crew of "${crew.epic.title}", working in your own clone on branch ${role.branch}.`;
  const isMerging = order.merge !== undefined && order.kind !== "conflict";
  return `${where}\n${task[order.kind]}${isMerging ? ` ${mergeText}` : ""}`;
}

/** An order that answers a resolution begins with the same merge. */
const mergeText =
  "The merge of your earlier work into what was merged meanwhile is under way in your work tree: resolve it so that both sides keep their intent.";

function beadText(bead: Bead | undefined): readonly string[] {
  if (!bead) return [];
  const parts = [
    ["Description", bead.description],
    ["Acceptance", bead.acceptance],
    ["Notes", bead.notes],
  ] as const;
  return parts.flatMap(([name, text]) => (text.trim() === "" ? [] : [section(name, fenced(text))]));
}

function aboveText({ bead, beads }: PromptParts): readonly string[] {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (let id = bead?.parent; id !== undefined && !seen.has(id); id = beads.get(id)?.parent) {
    seen.add(id);
    const above = beads.get(id);
    if (above) lines.push(`- ${above.id}  ${above.title.replace(/\s+/g, " ")}`);
  }
  return lines.length > 0 ? [section("It is part of", lines.join("\n"))] : [];
}

/** What its blockers delivered: who did it, where to look, and their own words. */
function beforeText({ bead, beads, reports }: PromptParts): readonly string[] {
  const blockers = (bead?.blockedBy ?? []).flatMap((id) => beads.get(id) ?? []);
  const done = blockers.map((blocker) => ({ blocker, report: lastDone(blocker.id, reports) }));
  const lines = done.map(({ blocker, report }) => {
    const by = report ? `, by ${report.role}` : "";
    return `- ${blocker.id}  ${blocker.title.replace(/\s+/g, " ")}${by}`;
  });
  if (lines.length === 0) return [];
  // Not along the first parents alone: what came from another branch lies beside them. Git before 2.31, as an image may
  // have it, knows no --diff-merges: each merge is found, then shown against its first parent.
  const look =
    "`git log --format=%H --grep='^Crew-Bead: ID ' | xargs -r git show -m --first-parent` shows what one of them brought, where it was merged.";
  const isReported = done.some(({ report }) => report);
  const words = done.flatMap(({ blocker, report }) => {
    const text = saidOf(blocker.id, report);
    return report && text !== "" ? [section(`What ${report.role} said of ${blocker.id}`, fenced(text))] : [];
  });
  return [section("Done before it", [...lines, ...(isReported ? [look] : [])].join("\n")), ...words];
}

function lastDone(subject: string, reports: readonly Report[]): Report | undefined {
  const done = reports.filter(({ id, state }) => id.subject === subject && state === "done");
  return done.reduce<Report | undefined>((last, each) => (last && isLater(last.id, each.id) ? last : each), undefined);
}

function isLater(one: OrderId, other: OrderId): boolean {
  return one.round === other.round ? one.attempt > other.attempt : one.round > other.round;
}

const wordsAtMost = 2_000;

function saidOf(bead: string, report: Report | undefined): string {
  const own = (report?.said ?? []).filter(
    (each) => each.bead === bead && (each.kind === "note" || each.kind === "close"),
  );
  return own
    .map(({ text }) => text)
    .join("\n")
    .slice(0, wordsAtMost)
    .trim();
}

function rules({ crew, role }: PromptParts): string {
  const gates = crew.gates.map((gate) => `\`${gate.run}\``);
  return section(
    "House rules",
    [
      "- Commit as you go, with messages that tell why. Never push, never switch to another branch.",
      "- You never close beads; crew does, once the work is merged. `bd show` and `bd list` read them.",
      ...(role.check === undefined ? [] : [`- After your turn this must pass: \`${role.check}\``]),
      ...(gates.length === 0 ? [] : [`- Before the merge these must pass on the merged tree: ${gates.join(", ")}`]),
      '- When you can\'t go on without an answer: `bd update ID --status blocked --notes "your question"`.',
    ].join("\n"),
  );
}

function section(name: string, text: string): string {
  return `## ${name}\n${text}`;
}

/** A fence longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.replace(/\n+$/, "")}\n${fence}`;
}
