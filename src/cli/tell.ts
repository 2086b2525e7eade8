// crew tell: a person's words for a role's agent, or their answer to its question. Records them and wakes the driver;
// when they are heard stands in the answer.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { CrewError } from "../errors.ts";
import { question } from "../merge/approval.ts";
import { type Crew, roleNamed } from "../model/crew.ts";
import { hearing } from "../model/message.ts";
import { upwardSubject } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { limitMetBy } from "../plan/agents.ts";
import { holdOf, releaseCommand } from "../plan/holds.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";
import { mustBeRoles, said, saidAtMs } from "./said.ts";

export interface TellFlags extends GlobalFlags {
  /** File with the words. */
  readonly from?: string;
  readonly now?: boolean;
}

/** Bytes: more than a person says; it travels with an order's own words. */
const wordsAtMost = 65_536;

export async function tell(
  invocation: Invocation,
  flags: TellFlags,
  name: string,
  given: readonly string[],
): Promise<number> {
  const words = await wordsOf(invocation, flags, given);
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const { repository, project: projectName } = project.engine;
  const { facts, verdicts } = now.world.repository;
  const listener = find(name, project.crew, now);
  const isUrgent = flags.now === true;
  if (listener.kind === "question") {
    const { id, round, role } = listener;
    const attempt = now.survey.history.orders(id, round).at(-1)?.id.attempt ?? 0;
    const atMs = saidAtMs(project, facts.assignments.get(id), ...verdicts.values());
    await repository.writeFact(projectName, { kind: "retry", id, value: { round, attempt, words, atMs } });
    await said(invocation, project, `${role} goes on with ${id} and your answer, in the same session.`);
    return 0;
  }
  const { role, order } = listener;
  const atMs = saidAtMs(project, ...facts.messages.values());
  const id = `${atMs}-${randomUUID().slice(0, 8)}`;
  await repository.writeFact(projectName, { kind: "message", id, value: { role, words, isUrgent, atMs } });
  await said(invocation, project, answer(role, { order, words, isUrgent, crew: project.crew, world: now.world }));
  return 0;
}

async function wordsOf(
  { stdin, cwd }: Invocation,
  { from: file }: TellFlags,
  given: readonly string[],
): Promise<string> {
  if ((file === undefined) === (given.length === 0)) {
    throw new CrewError("failed", "Say what the agent is to be told: as words, - for standard input, or -F FILE.", {
      hint: 'crew tell ROLE "…"',
    });
  }
  const isStdin = file === "-" || (given.length === 1 && given[0] === "-");
  const text = isStdin ? await textOf(stdin()) : file === undefined ? given.join(" ") : read(resolve(cwd, file));
  if (text.trim() === "") throw new CrewError("failed", "There are no words to tell.");
  if (Buffer.byteLength(text) > wordsAtMost) {
    throw new CrewError("failed", `That is more than ${wordsAtMost / 1024} KiB.`, {
      hint: "Commit it as a file, and tell where it is",
    });
  }
  return text;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CrewError("failed", `${path} cannot be read: ${cause instanceof Error ? cause.message : ""}`, { cause });
  }
}

type Listener =
  | { readonly kind: "question"; readonly id: string; readonly round: number; readonly role: string }
  | { readonly kind: "role"; readonly role: string; readonly order: Order | undefined };

/** A bead that asks, or is at work; a role at work, one that asks, or one that is told with its next order. */
function find(name: string, crew: Crew, now: Now): Listener {
  const works = worksOf(now);
  const own = works.find(({ id }) => id === name);
  if (own) {
    if (own.asks) return { kind: "question", ...own };
    if (own.order) return { kind: "role", role: own.order.role, order: own.order };
    throw new CrewError("failed", `${name} is not at work, and asks nothing: it is ${own.state}.`, {
      hint: own.role === "" ? "crew status" : `Tell its role, for its next order: crew tell ${own.role} "…"`,
    });
  }
  if (!roleNamed(crew, name) && now.survey.beads.has(name)) {
    throw new CrewError("failed", `Nobody works on ${name}.`, { hint: "crew status" });
  }
  mustBeRoles(crew, [name]);
  const working = works.find(({ order }) => order?.role === name);
  const asked = works.filter(({ role, asks }) => role === name && asks);
  if (working || asked.length === 0) return { kind: "role", role: name, order: working?.order };
  const [only, ...others] = asked;
  if (only && others.length === 0) return { kind: "question", ...only };
  throw new CrewError("failed", `${name} asks about ${asked.map(({ id }) => id).join(" and ")}.`, {
    hint: asked.map(({ id }) => `crew tell ${id} "…"`).join("\n"),
  });
}

interface WorkNow {
  readonly id: string;
  readonly round: number;
  readonly role: string;
  readonly state: string;
  readonly asks: boolean;
  readonly order?: Order;
}

function worksOf({ survey }: Now): readonly WorkNow[] {
  const beads = survey.leaves.map(({ bead, round, role = "", state }) => ({ id: bead.id, round, role, state }));
  const moves = survey.upward.map(({ role, round, state }) => ({ id: upwardSubject(role), round, role, state }));
  return [...beads, ...moves].map(({ state, ...about }) => ({
    ...about,
    state: state.kind,
    asks: state.kind === "approval" && state.reason.startsWith(question),
    ...(state.kind === "working" && { order: state.order }),
  }));
}

interface Answering {
  readonly order: Order | undefined;
  readonly words: string;
  readonly isUrgent: boolean;
  readonly crew: Crew;
  readonly world: World;
}

/** When it is heard. */
function answer(role: string, { order, words, isUrgent, crew, world }: Answering): string {
  const hold = holdOf(role, world);
  if (hold) return `${role} is ${hold.state}: it is told once it goes on (${releaseCommand(role, hold.state)}).`;
  const declared = roleNamed(crew, role);
  if (declared && limitMetBy(declared, { crew, world }) !== undefined) {
    return `${role} waits for the end of its credential's limit, and is told then.`;
  }
  if (!order) return `${role} has no order in hand: it is told with its next one.`;
  const what = order.id.subject;
  const mail = world.runtime.instances.get(role)?.mail;
  const heard = hearing({ words, isUrgent }, mail === "unreadable" ? undefined : mail?.status);
  if (heard === "at its next tool call") return `${role} is told ${heard} on ${what}, or else at its next turn.`;
  if (heard === "at its next turn")
    return `${role} is told ${heard} on ${what}, or with its next order where that has no turn left.`;
  const how = declared?.agent.preset === undefined ? "begins again" : "goes on in the same session";
  return `The turn of ${role} on ${what} is cut short, and ${how} with your words.`;
}
