// What holds of every plan, whatever the world is like.
import fc from "fast-check";
import { expect, test } from "vitest";
import { survey } from "../../src/merge/survey.ts";
import type { Operation } from "../../src/model/plan.ts";
import { isComplete, planDown } from "../../src/plan/down.ts";
import { plan } from "../../src/plan/plan.ts";
import { quietSituations, reversed, type Situation, situations, withRole } from "./worlds.ts";

const options = { startedAtMs: 100_000, allowRedBase: false };
const runs = { numRuns: 1500 };

function holds(predicate: (situation: Situation) => void): void {
  fc.assert(
    fc.property(fc.oneof(situations, quietSituations), (situation) => {
      predicate(situation);
    }),
    runs,
  );
}

test("the worlds are telling: nearly everything that may be planned or said comes up", () => {
  const seen = new Set<string>();
  for (const { crew, world } of fc.sample(situations, { numRuns: 4000, seed: 7 })) {
    const { operations, attention, outlook } = plan(crew, world, options);
    for (const each of operations) seen.add(each.kind);
    for (const each of attention) seen.add(each.kind);
    seen.add(outlook);
  }
  expect([...seen].sort()).toMatchInlineSnapshot(`
    [
      "ambiguous",
      "approval",
      "base.land",
      "bead.claim",
      "bead.close",
      "bead.comment",
      "bead.create",
      "bead.mark",
      "bead.reopen",
      "branch.show",
      "broken",
      "complete",
      "epic-closed",
      "foreign-branch",
      "gate.collect",
      "gate.remove",
      "gate.start",
      "held",
      "hold.record",
      "instance.create",
      "instance.pause",
      "instance.remove",
      "instance.resume",
      "instance.start",
      "instance.stop",
      "land-conflict",
      "mail.ack",
      "no-beads",
      "order.deliver",
      "order.issue",
      "order.withdraw",
      "person-conflict",
      "person-red",
      "person-unmerged",
      "project.record",
      "report.import",
      "rewritten",
      "role-held",
      "round.record",
      "setup-failed",
      "start.pin",
      "tip.create",
      "tip.follow",
      "tip.move",
      "unassigned",
      "up-blocked",
      "volume.create",
      "waiting",
      "working",
    ]
  `);
});

test("it is total and deterministic", () => {
  holds(({ crew, world }) => expect(plan(crew, world, options)).toEqual(plan(crew, structuredClone(world), options)));
});

test("it does not depend on the order in which things were listed", () => {
  holds(({ crew, world }) => {
    expect(plan(crew, reversed(world), options)).toEqual(plan(crew, world, options));
    expect(planDown(reversed(world), { volumes: true, isComplete: true })).toEqual(
      planDown(world, { volumes: true, isComplete: true }),
    );
  });
});

test("ids are unique, what is needed is there, and comes first without a circle", () => {
  holds(({ crew, world }) => {
    check(plan(crew, world, options).operations);
    for (const volumes of [true, false]) check(planDown(world, { volumes, isComplete: isComplete(world) }));
    check(planDown(world, { volumes: false, isComplete: true }));
  });
});

function check(operations: readonly Operation[]): void {
  const ids = operations.map((operation) => operation.id);
  expect(ids).toEqual([...new Set(ids)]);
  const done = new Set<string>();
  let waiting = operations;
  while (waiting.length > 0) {
    const ready = waiting.filter((operation) => operation.needs.every((id) => done.has(id)));
    expect(
      ready.length,
      `${waiting.map(({ id, needs }) => `${id} after ${needs.join(" ")}`).join("; ")}`,
    ).toBeGreaterThan(0);
    for (const { id } of ready) done.add(id);
    waiting = waiting.filter((operation) => !ready.includes(operation));
  }
}

test("nothing is destroyed without consent, and only after a rescue of it", () => {
  holds(({ crew, world }) => {
    expect(
      plan(crew, world, options).operations.filter((each) => each.kind === "volume.remove" && !isComplete(world)),
    ).toEqual([]);
    const down = planDown(world, { volumes: true, isComplete: isComplete(world) });
    for (const each of down) {
      if (each.kind !== "volume.remove") continue;
      expect(each.consent).toBeDefined();
      expect(each.needs.some((id) => id.startsWith(`rescue.import:${each.role}.`))).toBe(true);
    }
  });
});

test("each role is given one order at most, no more roles than may be at work, and none in an epic that is closed or gone", () => {
  holds(({ crew, world }) => {
    const orders = plan(crew, world, options).operations.flatMap((each) =>
      each.kind === "order.issue" ? [each.order] : [],
    );
    const roles = orders.map((order) => order.role);
    expect(roles).toEqual([...new Set(roles)]);
    expect(orders.length).toBeLessThanOrEqual(crew.maxParallel);
    if (world.beads.get("auth")?.status !== "open") expect(orders).toEqual([]);
    const { leaves, upward } = survey(crew, world, { epic: "auth", startedAtMs: 0 });
    const atWork = [...leaves, ...upward].flatMap(({ state }) => (state.kind === "working" ? [state.order.role] : []));
    expect(roles.filter((role) => atWork.includes(role))).toEqual([]);
    const known = new Set(world.repository.orders.map(({ id }) => `${id.subject}.${id.round}.${id.attempt}`));
    for (const { id } of orders) expect(known.has(`${id.subject}.${id.round}.${id.attempt}`)).toBe(false);
  });
});

test("a tip is moved only to a tree whose every gate is green", () => {
  holds(({ crew, world }) => {
    for (const each of plan(crew, world, options).operations) {
      if (each.kind !== "tip.move") continue;
      const verdicts = each.candidate.gates.map((key) => world.repository.verdicts.get(key));
      expect(each.candidate.gates.length).toBe(crew.gates.filter((gate) => gate.on.includes("candidate")).length);
      for (const verdict of verdicts) expect([verdict?.result, verdict?.tree]).toEqual(["green", each.candidate.tree]);
    }
  });
});

test("only what crew announced is closed, and a parent only when all below it is", () => {
  holds(({ crew, world }) => {
    const { operations } = plan(crew, world, options);
    for (const each of operations) {
      if (each.kind !== "bead.close") continue;
      const announced = operations.some(
        (other) => other.kind === "round.record" && other.flag === "closing" && other.bead === each.bead,
      );
      const before = [...world.repository.facts.rounds].some(
        ([id, flags]) => flags.closing && id.startsWith(`${each.bead}.`),
      );
      expect(announced || before).toBe(true);
      for (const child of world.beads.values())
        if (child.parent === each.bead && child.id !== "auth") expect(child.status).toBe("closed");
    }
  });
});

test("a person's commits are never overwritten", () => {
  holds(({ crew, world }) => {
    const down = planDown(world, { volumes: true, isComplete: true });
    for (const each of [...plan(crew, world, options).operations, ...down]) {
      if (each.kind !== "branch.show" && each.kind !== "branch.delete") continue;
      const branch = world.repository.branches.get(each.name);
      expect(branch?.relation).not.toBe("rewritten");
      expect(branch?.relation).not.toBe("foreign");
      // What only notes that it stands there moves nothing.
      if (each.kind !== "branch.show" || each.to !== branch?.oid) expect(branch?.checkedOutAt).toBeUndefined();
      if (each.kind === "branch.delete") expect(branch?.relation === "ahead" && branch.own.length > 0).toBe(false);
      else if (branch?.relation === "ahead" && branch.own.length > 0) {
        const carried = world.repository.orders.some(
          (order) => order.start === branch.oid || order.merge === branch.oid,
        );
        expect(carried).toBe(true);
      }
    }
  });
});

test("another environment for one role touches that role's instance and nothing else", () => {
  holds(({ crew, world }) => {
    const [role] = crew.roles;
    if (!role) return;
    const changed = withRole(crew, role.name, { environment: { LEVEL: "debug" }, prompt: "Be brief.", check: "true" });
    const others = (each: Operation) => !each.kind.startsWith("instance.") || !each.id.endsWith(`:${role.name}`);
    // A volume is the same whichever instance is made on it.
    const alone = (each: Operation) => (each.kind === "volume.create" ? { ...each, next: undefined } : each);
    const without = (operations: readonly Operation[]) =>
      operations
        .filter(others)
        .map((each) => ({ ...alone(each), needs: each.needs.filter((id) => !id.startsWith("instance.")) }));
    expect(without(plan(changed, world, options).operations)).toEqual(without(plan(crew, world, options).operations));
  });
});

/** What changes nothing about whether anything goes on. */
const cosmetic = new Set<Operation["kind"]>([
  "branch.show",
  "bead.comment",
  "bead.mark",
  "round.record",
  "mail.ack",
  "mail.tell",
  "gate.remove",
]);

test("nothing left to do, but never without a reason and a command", () => {
  const ends = new Map<string, number>();
  fc.assert(
    fc.property(quietSituations, ({ crew, world }) => {
      const { operations, attention, outlook, inFlight, notes } = plan(crew, world, options);
      if (inFlight || operations.some((each) => !cosmetic.has(each.kind))) return;
      const end = operations.length === 0 ? outlook : "cosmetic";
      ends.set(end, (ends.get(end) ?? 0) + 1);
      if (outlook === "landable" || outlook === "complete" || end === "cosmetic") return;
      expect(attention, notes.map((note) => `${note.subject}: ${note.cause}`).join("\n")).not.toEqual([]);
      for (const each of attention) expect(each.commands).not.toEqual([]);
    }),
    { numRuns: 6000 },
  );
  expect([...ends.keys()].sort()).toEqual(["cosmetic", "landable", "settled"]);
});
