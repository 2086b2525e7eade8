// The mailbox's text formats, in both directions. The one place that documents them; supervisor.sh, bd.sh and gate.sh keep
// to it. Pure: touches no file. What was read is untrusted and comes out clean, or as undefined when it is malformed.
//
// A folder C holds
//   work/ home/ bin/ log/agent      the clone, HOME, scripts, what setup, agent and check said
//   inbox/msg/<id>/                 the parts of an order: header prompt agent [reader] beads shown [setup] [check], bytes as they are,
//                                   and with setup [setup-key]: a line for each file of its key
//   inbox/new/<name>                an empty file, written last: the message is complete. <name> is an order's mail id,
//                                   or `ack-<id>` or `withdraw-<id>`, which have no parts, or `tell-<message>`: header (To, a mail
//                                   id, and Now, yes or no) and words; it stays there until that order is finished
//   inbox/cur/<id>                  the order in hand
//   outbox/<id>                     a report, until it is acknowledged
//   status                          rewritten at every change
//   kept                            in a mailbox apart from C: the last stop kept all work, and holds no other repository
//   turns                           a line per ended turn: id, turn, seconds awake, exit code or why it was ended: `timeout`, `silent`, `over`, `withdrawn`
//   pid                             the supervisor's claim: pid and start time (runtimes/process/identity.ts)
//
// header, status, report and a gate's result are lines `Name: value`; a report and a result go on with an empty line and
// free text. Order header: Order Bead Title Kind Start [Merge] Branch [Program] [Record] [Hears] MaxTurns TurnTimeout [Silence] (seconds) [LeftUsd LeftSeconds] [Limit] (epoch seconds). Status: Phase Order Turn Since (epoch seconds) Detail Fruitless Began Until Limit (epoch seconds, or none) Hears.
// Report: Order Commit State Turns Note [Spent] (as model/spent.ts has it) [Told] (messages that a prompt held), and for each thing that the agent said through its bd a line
// `Said: <note, blocked, close or proposal> <bead> <words>`. Result: Kind Exit.
import { CrewError } from "../errors.ts";
import { mailId, parseOrderId } from "../model/names.ts";
import { type Said, saidKinds } from "../model/said.ts";
import { parseSpent } from "../model/spent.ts";
import type { GateRun, MailReport, MailStatus, Phase } from "../model/world.ts";
import type { Message, OrderHeader } from "../ports/message.ts";
import { cleanLine, cleanText } from "./clean-text.ts";

export type OrderMessage = Extract<Message, { kind: "order" }>;

/** Sizes in bytes beyond which a file is not read at all. */
export const mailLimits = { status: 8_192, report: 65_536, result: 65_536 } as const;

/** Every part that an order may have; one that a delivery lacks is removed. */
export const partNames = [
  "header",
  "prompt",
  "agent",
  "reader",
  "beads",
  "shown",
  "setup",
  "setup-key",
  "check",
  "words",
] as const;
export type PartName = (typeof partNames)[number];

/** Name in `inbox/new`. */
export function entryName(message: Message): string {
  return message.kind === "order" ? message.id : `${message.kind}-${message.id}`;
}

/** By name, with the folder in `inbox/msg` that they go into; undefined: the message has none. */
export function partsOf(
  message: Message,
): { readonly folder: string; readonly parts: Readonly<Partial<Record<PartName, string>>> } | undefined {
  if (message.kind === "order") return { folder: message.id, parts: orderParts(message) };
  if (message.kind !== "tell") return undefined;
  const { to, isUrgent, words } = message;
  return {
    folder: entryName(message),
    parts: { header: `To: ${to}\nNow: ${isUrgent ? "yes" : "no"}\n`, words: `${words.trimEnd()}\n` },
  };
}

export function orderParts(message: OrderMessage): Readonly<Partial<Record<PartName, string>>> {
  const { prompt, agent, reader, beads, shown, setup, setupKey, check } = message;
  return {
    header: formatHeader(message.header),
    prompt,
    agent,
    beads,
    shown,
    ...(reader !== undefined && { reader }),
    ...(setup !== undefined && { setup }),
    ...(setup !== undefined && setupKey && { "setup-key": keyLines(setupKey) }),
    ...(check !== undefined && { check }),
  };
}

/** What the scripts read a setup's key from. */
export function keyLines(files: readonly string[] = []): string {
  return files.map((file) => `${file}\n`).join("");
}

/** What the supervisor takes for an id: one safe file name that is also safe as the last part of a ref. */
export function isMailId(text: string): boolean {
  return text.length <= 200 && /^[^\s./\-%*?[\\~^:][^\s/%*?[\\~^:]*$/u.test(text) && !/\.\.|\.lock$|\p{Cc}/u.test(text);
}

/** Before a message is sent: nobody could ever take one of another name. */
export function mustBeMailId(id: string): void {
  if (isMailId(id)) return;
  throw new CrewError("invalid", `${JSON.stringify(id)} cannot be the name of a message.`, { hint: "Rename the bead" });
}

export function parseStatus(text: string): MailStatus | undefined {
  const { fields } = splitFields(text);
  const phase = phases.find((each) => each === fields.get("Phase"));
  const turn = naturalNumber(fields.get("Turn"));
  const since = naturalNumber(fields.get("Since"));
  const began = naturalNumber(fields.get("Began"));
  const until = naturalNumber(fields.get("Until"));
  const limit = naturalNumber(fields.get("Limit"));
  if (phase === undefined || turn === undefined || since === undefined) return undefined;
  const order = fields.get("Order") ?? "";
  if (order !== "" && !parseOrderId(order)) return undefined;
  return {
    phase,
    ...(order !== "" && { order }),
    turn,
    sinceMs: since * 1000,
    detail: cleanLine(fields.get("Detail") ?? ""),
    fruitless: naturalNumber(fields.get("Fruitless")) ?? 0,
    ...(began !== undefined && { beganMs: began * 1000 }),
    ...(until !== undefined && { untilMs: until * 1000 }),
    ...(limit !== undefined && { limitUntilMs: limit * 1000 }),
    ...(fields.get("Hears") === "tools" && { hearsAtTools: true as const }),
  };
}

/** `name` is the file's: a report that calls itself something else is malformed. */
export function parseReport(name: string, text: string): MailReport | undefined {
  const { fields, rest, head } = splitFields(text);
  const said = saidIn(head);
  const order = parseOrderId(fields.get("Order") ?? "");
  const commit = fields.get("Commit") ?? "";
  const state = reportStates.find((each) => each === fields.get("State"));
  const turns = naturalNumber(fields.get("Turns"));
  const spent = parseSpent(fields.get("Spent") ?? "");
  const told = (fields.get("Told") ?? "").split(" ").filter(isMailId).slice(0, toldAtMost);
  if (!order || mailId(order) !== name || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return undefined;
  if (state === undefined || turns === undefined) return undefined;
  return {
    order: fields.get("Order") ?? "",
    commit,
    state,
    turns,
    note: cleanLine(fields.get("Note") ?? ""),
    detail: cleanText(rest),
    ...(said.length > 0 && { said }),
    ...(spent && { spent }),
    ...(told.length > 0 && { told }),
  };
}

const toldAtMost = 100;

/** The first of them: an agent that says more has said it in vain. */
function saidIn(text: string): readonly Said[] {
  return text.split("\n").slice(0, headLines).flatMap(saidIs).slice(0, saidAtMost);
}

const headLines = 50;
const saidAtMost = 20;
const saidLength = 2_000;

function saidIs(line: string): readonly Said[] {
  const [, word, bead, text] = /^Said: ([a-z]+) ([A-Za-z0-9][A-Za-z0-9._-]{0,99}) (.+)$/.exec(line) ?? [];
  const kind = saidKinds.find((each) => each === word);
  if (kind === undefined || bead === undefined || text === undefined) return [];
  const clean = kind === "proposal" ? cleanProposal(text) : cleanLine(text, saidLength).trim();
  return clean === "" ? [] : [{ kind, bead, text: clean }];
}

/** The texts inside are cleaned, not the JSON around them: an escape in it is a control character once it is read. */
function cleanProposal(text: string): string {
  try {
    const { title, type, priority, description } = JSON.parse(text);
    return JSON.stringify({
      title: cleanLine(String(title ?? ""), 400).trim(),
      type: cleanLine(String(type ?? ""), 40),
      priority,
      description: cleanLine(String(description ?? ""), saidLength).trim(),
    });
  } catch {
    return "";
  }
}

/** In a gate's log, between what a red run wrote and what is written when it is run once more. */
export const repeatMark = "--- crew: red: once more, to tell a flaky gate ---";

export function parseGateResult(text: string): NonNullable<GateRun["result"]> | undefined {
  const { fields, rest } = splitFields(text);
  const kind = resultKinds.find((each) => each === fields.get("Kind"));
  const exitCode = naturalNumber(fields.get("Exit"));
  if (kind === undefined || exitCode === undefined) return undefined;
  return { kind, exitCode, output: cleanText(rest) };
}

const phases: readonly Phase[] = [
  "starting",
  "idle",
  "setup",
  "setup-failed",
  "working",
  "limited",
  "refused",
  "attached",
  "checking",
  "reporting",
  "stopping",
  "stopped",
  "broken",
];
const reportStates = ["done", "failed", "unresolved", "withdrawn"] as const satisfies readonly MailReport["state"][];
const resultKinds = ["setup-failed", "exited", "timed-out"] as const;

function formatHeader(header: OrderHeader): string {
  const fields: readonly (readonly [string, string | number | undefined])[] = [
    ["Order", header.order],
    ["Bead", header.bead],
    ["Title", header.title],
    ["Kind", header.kind],
    ["Start", header.start],
    ["Merge", header.merge],
    ["Branch", header.branch],
    ["Program", header.program],
    ["Record", header.record],
    ["Hears", header.hearsAtTools && "tools"],
    ["MaxTurns", header.maxTurns],
    ["TurnTimeout", header.turnTimeoutSeconds],
    ["Silence", header.silenceSeconds],
    ["LeftUsd", header.left?.usd?.toFixed(6)],
    ["LeftSeconds", header.left?.seconds],
    ["Limit", header.limitUntilSeconds],
  ];
  return fields
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${cleanLine(`${value}`)}\n`]))
    .join("");
}

/** The `Name: value` lines up to the first empty line, and what follows it. The first of a repeated name counts. */
function splitFields(text: string) {
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text : text.slice(0, end);
  const fields = new Map<string, string>();
  for (const line of head.split("\n")) {
    const match = /^([A-Z][A-Za-z]*): (.*)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined && !fields.has(match[1])) fields.set(match[1], match[2]);
  }
  return { fields, head, rest: end < 0 ? "" : text.slice(end + 2) };
}

function naturalNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
