// What each kind of operation is called once it is done: one line for people, and whether it is only housekeeping. Pure.

import { builtOf } from "../model/build.ts";
import { type Crew, roleNamed } from "../model/crew.ts";
import type { Mark } from "../model/event.ts";
import { shortOid } from "../model/names.ts";
import type { CandidatePlan, Operation, OrderPlan } from "../model/plan.ts";
import type { Order, Report, Verdict } from "../model/records.ts";
import { serviceWords } from "../model/services.ts";
import type { World } from "../model/world.ts";
import { attemptText } from "./attempt.ts";
import { wordsLine } from "./message-words.ts";
import { candidateName } from "./operation-line.ts";

export interface News {
  readonly mark: Mark;
  readonly text: string;
  /** Shown only with every detail. */
  readonly isDetail: boolean;
  readonly role?: string;
  readonly bead?: string;
}

/** What is known when the operation is done; `down` knows no file, a first pass no world. */
export interface NewsContext {
  readonly crew?: Crew;
  readonly world?: World;
}

export function operationNews(operation: Operation, context: NewsContext): News {
  switch (operation.kind) {
    case "bead.create": {
      const { id, title, type } = operation.bead;
      return news("done", `created ${type === "epic" ? "epic" : "bead"} ${id} "${title}"`, { bead: id });
    }
    case "bead.link":
      return detail(`${operation.bead} is blocked by ${operation.blocker}`, { bead: operation.bead });
    case "bead.claim":
      return detail(`assigned ${operation.bead} to ${operation.assignee}`, { bead: operation.bead });
    case "bead.comment":
      return detail(`commented on ${operation.bead}`, { bead: operation.bead });
    case "bead.mark":
      return detail(`marked ${operation.bead}: ${operation.key}`, { bead: operation.bead });
    case "bead.close":
      return news("done", `closed ${operation.bead}`, { bead: operation.bead });
    case "bead.reopen":
      return news("done", `opened ${operation.bead} again`, { bead: operation.bead });
    case "project.record":
      return detail(`recorded project ${operation.fact.name}`);
    case "round.record":
      return detail(`recorded ${operation.flag} of ${operation.bead}, round ${operation.round}`, {
        bead: operation.bead,
      });
    case "start.pin":
      return detail(`the epic begins at ${shortOid(operation.to)}`);
    case "tip.create":
      return detail(`tip ${operation.tip} begins at ${shortOid(operation.to)}`);
    case "tip.follow":
      return detail(`tip ${operation.tip} follows to ${shortOid(operation.to)}`);
    case "tip.move":
      return mergeNews(operation, context);
    case "branch.show":
      return detail(`branch ${operation.branch} shows ${shortOid(operation.to)}`);
    case "branch.delete":
      return news("done", `deleted branch ${operation.branch}`);
    case "image.pull":
      return news("done", `pulled image ${operation.image}`);
    case "image.build":
      return news(
        "done",
        `built image ${operation.image}${operation.build.layer ? ` (${builtOf(operation.build)})` : ""}`,
      );
    case "volume.create":
      return detail(`cloned for ${operation.role}`, { role: operation.role });
    case "volume.remove":
      return news("done", `removed the files of ${operation.role}`, { role: operation.role });
    case "instance.create":
      return detail(`created instance ${operation.spec.role}`, { role: operation.spec.role });
    case "instance.start":
      return news("done", `started ${operation.role}`, { role: operation.role });
    case "instance.stop":
      return news("done", `stopped ${operation.role}`, { role: operation.role });
    case "instance.pause":
      return news("done", `paused ${operation.role}`, { role: operation.role });
    case "instance.resume":
      return news("done", `resumed ${operation.role}`, { role: operation.role });
    case "service.create":
      return detail(`created service ${serviceWords(operation.owner, operation.spec.name)}`);
    case "service.start":
      return news("done", `started service ${serviceWords(operation.owner, operation.service)}`);
    case "service.stop":
      return news("done", `stopped service ${serviceWords(operation.owner, operation.service)}`);
    case "service.pause":
      return news("done", `paused service ${serviceWords(operation.owner, operation.service)}`);
    case "service.remove":
      return news("done", `removed service ${serviceWords(operation.owner, operation.service)}`);
    case "hold.record":
      return news("trouble", `${operation.role} is ${operation.hold.state}: ${operation.hold.reason}`, {
        role: operation.role,
      });
    case "instance.remove":
      return detail(`removed instance ${operation.role}`, { role: operation.role });
    case "rescue.import":
      return detail(`looked for unreported work of ${operation.role}`, { role: operation.role });
    case "order.issue":
      return { ...orderNews(operation.order, context), role: operation.order.role, bead: operation.order.id.subject };
    case "order.deliver":
      return detail(`delivered ${operation.order.id.subject} to ${operation.order.role}`, about(operation.order));
    case "order.withdraw": {
      const { order } = operation;
      return news("done", `withdrew ${order.id.subject} from ${order.role}`, about(order));
    }
    case "report.import":
      return reportNews(operation.order, operation.report);
    case "mail.ack":
      return detail(`acknowledged report ${operation.mail.replace("+", "/")}`, { role: operation.role });
    case "mail.tell": {
      const { order, message, heard } = operation;
      return news("done", `${order.role} is told ${heard}: ${wordsLine(message)}`, about(order));
    }
    case "setup.start":
      return news("going", `setup ${operation.setup.run.split("\n")[0]} ${operation.cause}`);
    case "image.commit":
      return news("done", `kept what setup made as image crew-setup:${operation.hash.slice(0, 12)}…`);
    case "image.remove":
      return detail(`removed image crew-setup:${operation.hash.slice(0, 12)}…`);
    case "setup.remove":
      return detail(`cleared setup run ${operation.hash.slice(0, 12)}`);
    case "gate.start": {
      const { commit, gate, cause } = operation;
      const on = commit.kind === "commit" ? shortOid(commit.oid) : `the merge of ${mergedName(commit)}`;
      return news("going", `gate ${gate.name} runs on ${on}${cause.startsWith("red") ? ` (${cause})` : ""}`);
    }
    case "gate.collect":
      return verdictNews(operation.verdict);
    case "gate.remove":
      return detail(`cleared gate run ${operation.key.slice(0, 8)}`);
    case "remote.push": {
      const { changes, remote } = operation;
      return detail(`pushed ${changes.length} ${changes.length === 1 ? "ref" : "refs"} to ${remote}`);
    }
    case "remote.fetch":
      return detail(`looked at ${operation.branch} on ${operation.remote}`);
    case "remote.propose": {
      const { branch, base } = operation.request;
      return news("done", `a pull request of ${branch} into ${base} is open and up to date`);
    }
    case "base.land":
      return news("done", `landed in ${operation.branch}`);
    case "project.archive":
      return news("done", `archived epic ${operation.epic}`);
    case "project.delete":
      return detail("cleared the project's refs");
  }
}

function mergeNews({ tip, candidate }: Extract<Operation, { readonly kind: "tip.move" }>, { crew }: NewsContext): News {
  const gates = crew?.gates.filter((gate) => gate.on.includes("candidate")).map((gate) => gate.name) ?? [];
  const isNamed = gates.length === candidate.gates.length && gates.length > 0;
  const green = isNamed ? `${gates.join(", ")} green` : candidate.gates.length === 0 ? "no gates" : "gates green";
  if (candidate.undo)
    return news("done", `undid ${candidate.undo.id} in ${tip} (${green})`, { bead: candidate.undo.id });
  if (candidate.after) {
    const names = [...candidate.after, candidate].map(mergedName).join(", ");
    return news("done", `merged ${names} into ${tip} together (${green})`, { role: candidate.role });
  }
  const isDown = candidate.move !== undefined && candidate.move !== candidate.role;
  const text = isDown
    ? `took ${candidate.move} into ${tip} (${green})`
    : `merged ${mergedName(candidate)} into ${tip} (${green})`;
  return news("done", text, { role: candidate.role, ...(candidate.bead && { bead: candidate.bead.id }) });
}

/** A bead by its id alone, everything else by name. */
function mergedName(candidate: CandidatePlan): string {
  return candidate.bead?.id ?? candidateName(candidate);
}

function orderNews(order: OrderPlan, { crew, world }: NewsContext): News {
  const { kind, role, cause, id } = order;
  const maxAttempts = crew && roleNamed(crew, role)?.agent.maxAttempts;
  const attempt = attemptText(order, { maxAttempts, world });
  const back = `sent back to ${role}${attempt === "" ? "" : ` (${attempt})`}`;
  switch (kind) {
    case "bead":
      return news("going", `gave ${id.subject} to ${role}`);
    case "retry":
      return news("going", `gave ${id.subject} to ${role} again: ${cause}`);
    case "mend":
      return news("trouble", `${cause}; ${back}`);
    case "conflict":
    case "refused":
    case "rejected":
    case "failed":
      return news("trouble", `${id.subject}: ${cause === "" ? kind : cause}; ${back}`);
  }
}

function reportNews(
  order: Order,
  { state, turns, note }: Pick<Report, "turns" | "note"> & { readonly state: string },
): News {
  const what = `${order.role} reported ${order.id.subject}: ${state}, ${turns} ${turns === 1 ? "turn" : "turns"}`;
  if (state === "done" || state === "withdrawn") return news("done", what, about(order));
  return news("trouble", note === "" ? what : `${what} (${note})`, about(order));
}

/** Green is said by the merge that it allows; a first red is run once more before it counts. */
function verdictNews({ gate, result, flaky, runs, exitCode }: Verdict): News {
  switch (result) {
    case "green":
      return flaky
        ? news("trouble", `gate ${gate} is flaky: red, then green on the same tree`)
        : detail(`gate ${gate} is green`);
    case "red":
      return runs > 1
        ? news("trouble", `gate ${gate} is red (exit ${exitCode})`)
        : detail(`gate ${gate} is red (exit ${exitCode})`);
    case "setup-failed":
      return news("trouble", `setup of gate ${gate} failed (exit ${exitCode})`);
  }
}

type Subjects = Pick<News, "role" | "bead">;

function about(order: Order): Subjects {
  return { role: order.role, bead: order.id.subject };
}

function news(mark: Mark, text: string, subjects: Subjects = {}): News {
  return { mark, text, isDetail: false, ...subjects };
}

function detail(text: string, subjects: Subjects = {}): News {
  return { mark: "waiting", text, isDetail: true, ...subjects };
}
