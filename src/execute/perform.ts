// One operation → one call of a port. Carries no decision: what to do and why stands in the operation.

import { orderMessage } from "../agents/order-message.ts";
import type { Crew } from "../model/crew.ts";
import { mailId, type Oid } from "../model/names.ts";
import type { GateCommit, Operation } from "../model/plan.ts";
import { serviceUses } from "../model/spec.ts";
import type { World } from "../model/world.ts";
import type { Engine } from "./engine.ts";

export interface PerformContext {
  readonly engine: Engine;
  readonly world: World;
  /** Absent for `down` without a crew file: then no order is delivered. */
  readonly crew?: Crew;
  /** Breaks off what may take long and can be begun again. */
  readonly signal?: AbortSignal;
}

export async function perform(operation: Operation, context: PerformContext): Promise<void> {
  const { project, repository, runtime, beads } = context.engine;
  switch (operation.kind) {
    case "bead.create":
      return await beads.create(operation.bead);
    case "bead.link":
      return await beads.addBlocker(operation.bead, operation.blocker);
    case "bead.claim":
      return await beads.claim(operation.bead, operation.assignee);
    case "bead.comment":
      return await beads.comment(operation.bead, operation);
    case "bead.mark":
      return await beads.setMetadata(operation.bead, operation.key, operation.value);
    case "bead.close":
      return await beads.close(operation.bead, operation.reason);
    case "bead.reopen":
      return await beads.reopen(operation.bead);
    case "project.record":
      return await repository.writeFact(project, { kind: "project", value: operation.fact });
    case "round.record": {
      const id = `${operation.bead}.${operation.round}`;
      return await repository.writeFact(project, { kind: operation.flag, id, value: { atMs: context.world.nowMs } });
    }
    case "start.pin":
      return await repository.pinStart(project, operation);
    case "tip.create":
    case "tip.follow":
      return await repository.moveTip(project, operation.tip, operation);
    case "tip.move": {
      const to = await commitOf(operation.candidate, context);
      return await repository.moveTip(project, operation.tip, { from: operation.candidate.target, to });
    }
    case "branch.show":
      return await repository.showBranch(project, operation);
    case "branch.delete":
      return await repository.deleteBranch(project, operation);
    case "image.pull":
      return await runtime.pullImage(operation.image);
    case "image.build":
      return await runtime.buildImage(operation, context);
    case "setup.start": {
      const { hash, setup, commit, timeoutMs } = operation;
      return await runtime.setups?.start({ ...setup, hash, commit, timeoutSeconds: Math.ceil(timeoutMs / 1000) });
    }
    case "image.commit":
      return await runtime.setups?.keep(operation.hash);
    case "image.remove":
      return await runtime.setups?.forget(operation.hash);
    case "setup.remove":
      return await runtime.setups?.remove(operation.hash);
    case "volume.create":
      return await runtime.createVolume(operation);
    case "volume.remove":
      return await runtime.removeVolume(operation.role);
    case "instance.create":
      return await runtime.createInstance(operation.spec, operation.warm);
    case "instance.start":
      return await runtime.startInstance(operation.role);
    case "instance.stop":
      return await runtime.stopInstance(operation.role, operation);
    case "instance.pause":
      return await runtime.pauseInstance(operation.role);
    case "instance.resume":
      return await runtime.resumeInstance(operation.role);
    case "service.create":
      return await runtime.createService(operation.owner, operation.spec);
    case "service.start":
      return await runtime.startService(operation.owner, operation.service);
    case "service.stop":
      return await runtime.stopService(operation.owner, operation.service);
    case "service.pause":
      return await runtime.pauseService(operation.owner, operation.service);
    case "service.remove":
      return await runtime.removeService(operation.owner, operation.service);
    case "hold.record":
      return await repository.writeFact(project, { kind: "hold", id: operation.role, value: operation.hold });
    case "instance.remove":
      return await runtime.removeInstance(operation.role, operation);
    case "order.issue": {
      const start = await commitOf(operation.order.start, context);
      return await repository.createOrder(project, { ...operation.order, start });
    }
    case "order.deliver": {
      if (!context.crew) return;
      const { crew, world } = context;
      const { order, left, limit } = operation;
      const message = orderMessage({ ...world, crew, order, ...(left && { left }), ...(limit && { limit }) });
      return await runtime.deliver(operation.order.role, message);
    }
    case "order.withdraw":
      return await runtime.deliver(operation.order.role, { kind: "withdraw", id: mailId(operation.order.id) });
    case "report.import": {
      const { order, report, protect = [] } = operation;
      await repository.importReport({ project, order, report, protect, uploadPack: runtime.uploadPack(order.role) });
      return;
    }
    case "mail.ack":
      return await runtime.deliver(operation.role, { kind: "ack", id: operation.mail });
    case "mail.tell": {
      const { order, id, message } = operation;
      return await runtime.deliver(order.role, { kind: "tell", id, to: mailId(order.id), ...message });
    }
    case "gate.start":
      return await runtime.startGate({
        key: operation.key,
        gate: operation.gate.name,
        ...(operation.repeats !== undefined && { repeats: operation.repeats }),
        commit: await commitOf(operation.commit, context),
        run: operation.gate.run,
        ...(operation.gate.setup !== undefined && { setup: operation.gate.setup }),
        ...(operation.gate.setupKey && { setupKey: operation.gate.setupKey }),
        ...(operation.warm !== undefined && { warm: operation.warm }),
        timeoutSeconds: Math.ceil(operation.gate.timeoutMs / 1000),
        environment: operation.gate.environment,
        ...(operation.gate.container && { container: operation.gate.container }),
        ...(operation.gate.secrets && { secrets: operation.gate.secrets }),
        ...(operation.gate.services && { services: serviceUses(operation.gate.services) }),
        ...(operation.gate.isolated && { isolated: true }),
      });
    case "gate.collect":
      return await repository.writeVerdict(project, operation.verdict, operation.replaces);
    case "gate.remove":
      return await runtime.removeGate(operation.key);
    case "base.land":
      return await repository.land({ ...operation, to: await commitOf(operation.commit, context) });
    case "remote.push": {
      const before = context.world.repository.facts.remote;
      const push = { ...operation, atMs: context.world.nowMs, ...(before && { before }) };
      return await context.engine.remote.push(project, push);
    }
    case "remote.fetch":
      return await context.engine.remote.look(project, { ...operation, atMs: context.world.nowMs });
    case "remote.propose":
      return await context.engine.remote.propose(project, { ...operation, atMs: context.world.nowMs });
    case "rescue.import":
      return await rescue(operation, context);
    case "project.archive":
      return await repository.archive(project, operation.epic);
    case "project.delete":
      return await repository.deleteProject(project, operation.epic);
  }
}

async function commitOf(commit: GateCommit, { engine }: PerformContext): Promise<Oid> {
  if (commit.kind === "commit") return commit.oid;
  let target = commit.target;
  for (const before of commit.after ?? []) target = await engine.repository.writeCandidate({ ...before, target });
  return await engine.repository.writeCandidate({ ...commit, target });
}

async function rescue(
  operation: { readonly role: string; readonly n: number },
  { engine }: PerformContext,
): Promise<void> {
  const { role, n } = operation;
  const { project, runtime, repository } = engine;
  if (!(await runtime.rescue(role))) return;
  await repository.importRescue({ project, role, n, uploadPack: runtime.uploadPack(role) });
}
