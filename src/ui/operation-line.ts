// What each kind of operation is called before it is done: its sign, what it is about, and what becomes of it. Pure.
// The one table for plans and for failures; what is said once it is done stands in operation-news.ts.

import { builtOf } from "../model/build.ts";
import { type Oid, shortOid, upwardRole } from "../model/names.ts";
import type { CandidatePlan, GateCommit, Operation } from "../model/plan.ts";
import { tellWords } from "./message-words.ts";
import { serviceLine } from "./services.ts";

/** + create, ~ change, - remove, → give, move or land, ← take in, ✓ close. */
export type Sign = "+" | "~" | "-" | "→" | "←" | "✓";

export const groups = ["Beads", "Project", "Branches", "Roles", "Orders", "Gates", "Merges"] as const;

export interface OperationLine {
  readonly group: (typeof groups)[number];
  readonly sign: Sign;
  /** `bead shop-12`, `instance backend`: as in notes. */
  readonly about: string;
  readonly detail: string;
  /** Completes "could not …": `create`. */
  readonly verb: string;
}

export function operationLine(operation: Operation): OperationLine {
  switch (operation.kind) {
    case "bead.create": {
      const { id, title, type } = operation.bead;
      return bead("+", "create", { about: `${type === "epic" ? "epic" : "bead"} ${id}`, detail: title });
    }
    case "bead.link":
      return bead("+", "link", { about: `bead ${operation.bead}`, detail: `blocked by ${operation.blocker}` });
    case "bead.claim":
      return bead("~", "claim", { about: `bead ${operation.bead}`, detail: `assignee ${operation.assignee}` });
    case "bead.comment":
      return bead("+", "comment on", { about: `bead ${operation.bead}`, detail: "comment" });
    case "bead.mark":
      return bead("~", "mark", { about: `bead ${operation.bead}`, detail: `${operation.key} = ${operation.value}` });
    case "bead.close":
      return bead("✓", "close", { about: `bead ${operation.bead}`, detail: "close" });
    case "bead.reopen":
      return bead("~", "open", { about: `bead ${operation.bead}`, detail: "open again" });
    case "project.record":
      return project("~", "record", { about: `project ${operation.fact.name}`, detail: "file, inputs, epic, tasks" });
    case "round.record": {
      const about = `bead ${operation.bead}`;
      return project("~", "record", { about, detail: `round ${operation.round}: ${operation.flag}` });
    }
    case "start.pin": {
      const sign = operation.from === undefined ? "+" : "~";
      return project(sign, "pin", { about: "start", detail: move(operation.from, operation.to) });
    }
    case "tip.create":
      return project("+", "create", { about: `tip ${operation.tip}`, detail: `at ${shortOid(operation.to)}` });
    case "tip.follow":
      return project("~", "move", { about: `tip ${operation.tip}`, detail: move(operation.from, operation.to) });
    case "project.archive":
      return project("+", "archive", {
        about: `epic ${operation.epic}`,
        detail: "archive: orders, reports, rescues, audit",
      });
    case "project.delete":
      return project("-", "clear", {
        about: `epic ${operation.epic}`,
        detail: "the project's refs; the archive stays",
      });
    case "branch.show": {
      const sign = operation.from === undefined ? "+" : "→";
      return {
        group: "Branches",
        sign,
        verb: "show",
        about: `branch ${operation.branch}`,
        detail: move(operation.from, operation.to),
      };
    }
    case "branch.delete":
      return {
        group: "Branches",
        sign: "-",
        verb: "delete",
        about: `branch ${operation.branch}`,
        detail: `was at ${shortOid(operation.from)}`,
      };
    case "image.pull":
      return role("+", "pull", { about: `image ${operation.image}`, detail: "pull" });
    case "image.build":
      return role("+", "build", { about: `image ${operation.image}`, detail: `build ${builtOf(operation.build)}` });
    case "volume.create":
      return role("+", "create", {
        about: `volume ${operation.role}`,
        detail: `clone at ${shortOid(operation.start)} on ${operation.branch}`,
      });
    case "volume.remove":
      return role("-", "remove", { about: `volume ${operation.role}`, detail: "remove" });
    case "instance.create":
      return role("+", "create", { about: `instance ${operation.spec.role}`, detail: "create" });
    case "instance.start":
      return role("→", "start", { about: `instance ${operation.role}`, detail: "start" });
    case "instance.stop":
      return role("~", "stop", { about: `instance ${operation.role}`, detail: "stop" });
    case "instance.pause":
      return role("~", "pause", { about: `instance ${operation.role}`, detail: "pause" });
    case "instance.resume":
      return role("→", "resume", { about: `instance ${operation.role}`, detail: "resume" });
    case "service.create":
    case "service.start":
    case "service.stop":
    case "service.pause":
    case "service.remove":
      return { group: "Roles", ...serviceLine(operation) };
    case "hold.record":
      return role("~", "record the hold of", { about: `role ${operation.role}`, detail: operation.hold.state });
    case "instance.remove":
      return role("-", "remove", { about: `instance ${operation.role}`, detail: "remove; the volume stays" });
    case "rescue.import":
      return role("←", "rescue", { about: `volume ${operation.role}`, detail: `rescue ${operation.n}` });
    case "order.issue": {
      const { id, kind, role } = operation.order;
      const words = kind === "bead" ? `to ${role}` : `${kind} → ${role}`;
      return order("→", "issue", { about: subjectName(id.subject), detail: `${words}, attempt ${id.attempt}` });
    }
    case "order.deliver":
      return order("→", "deliver", {
        about: subjectName(operation.order.id.subject),
        detail: `deliver to ${operation.order.role}`,
      });
    case "order.withdraw":
      return order("-", "withdraw", {
        about: subjectName(operation.order.id.subject),
        detail: `withdraw from ${operation.order.role}`,
      });
    case "report.import": {
      const { order: given, report } = operation;
      return order("←", "import the report of", {
        about: subjectName(given.id.subject),
        detail: `report of ${given.role}: ${report.state}`,
      });
    }
    case "mail.ack":
      return order("→", "acknowledge", {
        about: `report ${operation.mail.replace("+", "/")}`,
        detail: `acknowledge to ${operation.role}`,
      });
    case "mail.tell":
      return order("→", "tell", { about: subjectName(operation.order.id.subject), detail: tellWords(operation) });
    case "setup.start":
      return gate("→", "run", { about: `setup ${operation.setup.run.split("\n")[0]}`, detail: "run once" });
    case "image.commit":
      return gate("+", "keep", { about: `setup ${operation.hash.slice(0, 12)}`, detail: "keep as an image" });
    case "image.remove":
      return gate("-", "remove", { about: `image of setup ${operation.hash.slice(0, 12)}`, detail: "remove" });
    case "setup.remove":
      return gate("-", "remove", { about: `setup run ${operation.hash.slice(0, 12)}`, detail: "remove" });
    case "gate.start":
      return gate("→", "run", {
        about: `gate ${operation.gate.name}`,
        detail: `run on ${commitName(operation.commit)}`,
      });
    case "gate.collect":
      return gate("←", "collect", { about: `gate ${operation.verdict.gate}`, detail: operation.verdict.result });
    case "gate.remove":
      return gate("-", "remove", { about: `gate run ${operation.key.slice(0, 8)}`, detail: "remove" });
    case "tip.move": {
      const about = candidateName(operation.candidate);
      return { group: "Merges", sign: "→", verb: "merge", about, detail: `merge into ${operation.tip}` };
    }
    case "remote.push": {
      const { remote, changes } = operation;
      const [first] = changes;
      const detail = changes.length === 1 ? `push ${first?.ref ?? ""}` : `push ${changes.length} refs`;
      return { group: "Branches", sign: "→", verb: "push to", about: `remote ${remote}`, detail };
    }
    case "remote.fetch":
      return {
        group: "Merges",
        sign: "←",
        verb: "look at",
        about: `branch ${operation.branch} on ${operation.remote}`,
        detail: "fetch: has the pull request been merged?",
      };
    case "remote.propose": {
      const { remote, base, branch } = operation.request;
      return {
        group: "Merges",
        sign: "→",
        verb: "open a pull request for",
        about: `branch ${branch}`,
        detail: `pull request into ${base} on ${remote}`,
      };
    }
    case "base.land": {
      const how = operation.commit.kind === "commit" ? "fast-forward" : "merge";
      return {
        group: "Merges",
        sign: "→",
        verb: "land the epic in",
        about: `branch ${operation.branch}`,
        detail: `land: ${how}`,
      };
    }
  }
}

/** `bead shop-12`, or `move up of frontend`. */
function subjectName(subject: string): string {
  const role = upwardRole(subject);
  return role === undefined ? `bead ${subject}` : `move up of ${role}`;
}

/** What a candidate merges: a bead, a move between tips, or a person's commits. */
export function candidateName(candidate: CandidatePlan): string {
  if (candidate.undo) return `undo of bead ${candidate.undo.id}`;
  if (candidate.bead) return `bead ${candidate.bead.id}`;
  if (candidate.person !== undefined) return `commits on ${candidate.role}`;
  if (candidate.move === undefined) return "the epic";
  return candidate.move === candidate.role ? `tip ${candidate.role}` : `tip ${candidate.move}`;
}

function commitName(commit: GateCommit): string {
  return commit.kind === "commit" ? shortOid(commit.oid) : `the merge of ${candidateName(commit)}`;
}

function move(from: Oid | undefined, to: Oid): string {
  return from === undefined ? `at ${shortOid(to)}` : `${shortOid(from)} → ${shortOid(to)}`;
}

type Named = Pick<OperationLine, "about" | "detail">;

function bead(sign: Sign, verb: string, named: Named): OperationLine {
  return { group: "Beads", sign, verb, ...named };
}

function project(sign: Sign, verb: string, named: Named): OperationLine {
  return { group: "Project", sign, verb, ...named };
}

function role(sign: Sign, verb: string, named: Named): OperationLine {
  return { group: "Roles", sign, verb, ...named };
}

function order(sign: Sign, verb: string, named: Named): OperationLine {
  return { group: "Orders", sign, verb, ...named };
}

function gate(sign: Sign, verb: string, named: Named): OperationLine {
  return { group: "Gates", sign, verb, ...named };
}
