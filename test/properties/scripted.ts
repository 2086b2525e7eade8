// Scripted agents and gates for the in-memory whole: each bead's line of behaviour is fixed, so that every history ends in
// the same tree. Knows the fake repository; decides nothing about crew.
import { createHash } from "node:crypto";
import type { OrderMessage } from "../../src/agents/mailbox.ts";
import { type Oid, orderIdOfMail } from "../../src/model/names.ts";
import type { NewGate } from "../../src/ports/runtime.ts";
import type { FakeRepository } from "../fakes/repository.ts";
import type { FakeReport, GateResult } from "../fakes/runtime.ts";

/** How a bead's agent behaves. `shared`: it also adds a line to a file that others change. */
export interface Script {
  readonly shared?: boolean;
  /** Its first report is red in the gate. */
  readonly red?: boolean;
  /** Its first order fails. */
  readonly fails?: boolean;
  /** It commits something and never comes to an end by itself. */
  readonly endless?: boolean;
  /** Its supervisor is ended from inside, until it is stopped. */
  readonly crashes?: boolean;
  /** It changes nothing. */
  readonly empty?: boolean;
}

export interface Cast {
  work(order: OrderMessage, role: string): FakeReport | undefined;
  crashes(order: OrderMessage): number;
  gate(gate: NewGate): GateResult | undefined;
  /** Commits that agents made, reported or not, by role. */
  readonly made: ReadonlyMap<string, readonly Oid[]>;
}

export function castOf(
  repository: FakeRepository,
  /** By title. */
  scripts: Readonly<Record<string, Script>>,
  { seed, holdsGate }: { readonly seed: string; readonly holdsGate: (commit: Oid) => boolean },
): Cast {
  const made = new Map<string, Oid[]>();
  const asked = new Map<string, number>();
  /** The same question is answered after as many askings in every history of a seed. */
  const isSlow = (question: string): boolean => {
    const count = (asked.get(question) ?? 0) + 1;
    asked.set(question, count);
    return count <= pick(seed, question, 3);
  };
  const pin = (role: string, commit: Oid) => {
    const all = [...(made.get(role) ?? []), commit];
    made.set(role, all);
    // The rescue of a clone reaches every branch in it.
    repository.publishRescue(role, repository.commit({ parents: all, files: {}, message: `Rescue of ${role}` }));
  };
  const done = (order: OrderMessage, role: string, commit: Oid): FakeReport => {
    const id = orderIdOfMail(order.id);
    if (!id) throw new Error(`${order.id} is no order id`);
    repository.publishReport(id, commit);
    pin(role, commit);
    return { commit, state: "done", turns: 1, note: "", detail: "" };
  };
  return {
    made,
    crashes: ({ header }) => (scripts[header.title]?.crashes ? 3 : 0),
    work: (order, role) => {
      const { header } = order;
      const script = scripts[header.title] ?? {};
      const isFirst = !asked.has(order.id);
      const isBusy = isSlow(order.id);
      if (script.endless && isFirst) {
        pin(role, repository.commit({ parents: [header.start], files: { [order.id]: "half" }, message: "Half" }));
      }
      if (script.endless || isBusy) return undefined;
      const attempt = orderIdOfMail(order.id)?.attempt ?? 1;
      if (header.merge !== undefined)
        return done(order, role, resolve(repository, header.start, header.merge, header.bead));
      const own = `done/${header.bead.replace("/", "-")}`;
      const at = repository.filesOf(header.start);
      if (script.fails && attempt === 1) {
        const half = repository.commit({ parents: [header.start], files: { [own]: "half" }, message: "Half" });
        return { ...done(order, role, half), state: "failed", note: "the check failed" };
      }
      if (script.empty)
        return done(order, role, repository.commit({ parents: [header.start], files: {}, message: "Nothing" }));
      const isRed = script.red === true && order.header.kind === "bead";
      const lines = (at.shared ?? "").split("\n").filter(Boolean);
      const files = {
        [own]: isRed ? "BUG" : "ok",
        ...(script.shared && { shared: union(lines, [header.bead]) }),
      };
      return done(order, role, repository.commit({ parents: [header.start], files, message: `Do ${header.bead}` }));
    },
    gate: (gate) => {
      if (holdsGate(gate.commit) || isSlow(gate.key)) return undefined;
      const bug = Object.entries(repository.filesOf(gate.commit)).find(([, text]) => text.includes("BUG"));
      const isFlaky = gate.key.endsWith(".1") && pick(seed, gate.key, 5) === 0;
      const exitCode = bug || isFlaky ? 1 : 0;
      return { kind: "exited", exitCode, output: bug ? `BUG in ${bug[0]}` : isFlaky ? "flaky" : "" };
    },
  };
}

/** Both sides' lines of the shared file, and of every other file the side that is done. */
function resolve(repository: FakeRepository, start: Oid, merge: Oid, bead: string): Oid {
  const [ours, theirs] = [repository.filesOf(start), repository.filesOf(merge)];
  const files: Record<string, string> = {};
  for (const [path, text] of Object.entries(theirs)) {
    const other = ours[path];
    if (path === "shared") files[path] = union((other ?? "").split("\n"), text.split("\n"));
    else if (other === undefined || other !== "ok") files[path] = text;
  }
  return repository.commit({ parents: [start, merge], files, message: `Resolve ${bead}` });
}

function union(a: readonly string[], b: readonly string[]): string {
  return [...new Set([...a, ...b])].filter(Boolean).sort().join("\n");
}

/** A number below `below` that depends on the seed and the question only. */
function pick(seed: string, question: string, below: number): number {
  return createHash("sha1").update(`${seed} ${question}`).digest().readUInt32BE(0) % below;
}
