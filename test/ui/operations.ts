// One operation of every kind, for tests that must know them all. A kind that is missing here does not compile.
import { formatOrderId } from "../../src/model/names.ts";
import type { CandidatePlan, Operation, OperationBody, OperationKind } from "../../src/model/plan.ts";
import { instanceSpec } from "../../src/model/spec.ts";
import { anOrder, aReport, aRole, aVerdict, epicId, oid, testGate } from "./sample.ts";

const bead = `${epicId}.1`;
const order = anOrder(bead, "backend");

export const candidate: CandidatePlan = {
  kind: "candidate",
  target: oid("e"),
  source: oid("c"),
  tree: oid("2"),
  subject: "Merge POST /login",
  role: "backend",
  bead: { id: bead, round: 1 },
  gates: ["key"],
};

const newBead = {
  id: bead,
  title: "[AUTH/backend] POST /login",
  description: "",
  acceptance: "",
  type: "task",
  priority: 2,
  labels: [],
  parent: epicId,
  metadata: {},
};

const epicRef = "refs/heads/epic/auth";

const bodies: { readonly [Kind in OperationKind]: Extract<OperationBody, { readonly kind: Kind }> } = {
  "bead.create": { kind: "bead.create", bead: newBead },
  "bead.link": { kind: "bead.link", bead: `${epicId}.2`, blocker: bead },
  "bead.claim": { kind: "bead.claim", bead, assignee: "crew/backend" },
  "bead.comment": { kind: "bead.comment", bead, author: "crew/backend", text: "Merged." },
  "bead.mark": { kind: "bead.mark", bead, key: "crew_merged", value: oid("f") },
  "bead.close": { kind: "bead.close", bead, reason: `Landed in main as ${oid("f")}` },
  "bead.reopen": { kind: "bead.reopen", bead },
  "project.record": {
    kind: "project.record",
    fact: {
      name: "auth",
      file: "crew.yaml",
      declaredName: "auth",
      text: "",
      inputs: {},
      epic: epicId,
      slug: "sign-in",
      keys: {},
      branches: {},
      into: {},
      base: "main",
    },
  },
  "round.record": { kind: "round.record", flag: "closing", bead, round: 1 },
  "start.pin": { kind: "start.pin", to: oid("b") },
  "tip.create": { kind: "tip.create", tip: "epic", to: oid("b") },
  "tip.follow": { kind: "tip.follow", tip: "epic", from: oid("a"), to: oid("b") },
  "image.build": {
    kind: "image.build",
    image: "crew-build:0a1b2c3d",
    build: { context: "/src/shop", dockerfile: { path: "/src/shop/Dockerfile" } },
  },
  "setup.start": {
    kind: "setup.start",
    hash: "0f".repeat(16),
    setup: {
      run: "npm ci",
      key: ["package-lock.json"],
      environment: {},
      secrets: [],
      container: { image: "node:24", imageId: "sha256:1", cpus: 2, memoryBytes: 4, pids: 512, readOnly: false },
    },
    commit: oid("b"),
    timeoutMs: 60_000,
  },
  "image.commit": { kind: "image.commit", hash: "0f".repeat(16) },
  "image.remove": { kind: "image.remove", hash: "0f".repeat(16) },
  "setup.remove": { kind: "setup.remove", hash: "0f".repeat(16) },
  "service.create": {
    kind: "service.create",
    owner: { kind: "role", role: "backend" },
    spec: {
      name: "db",
      container: { image: "postgres:17", cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false },
      environment: {},
      needs: [],
    },
  },
  "service.start": { kind: "service.start", owner: { kind: "role", role: "backend" }, service: "db" },
  "service.stop": { kind: "service.stop", owner: { kind: "role", role: "backend" }, service: "db" },
  "service.pause": { kind: "service.pause", owner: { kind: "role", role: "backend" }, service: "db" },
  "service.remove": { kind: "service.remove", owner: { kind: "project" }, service: "db" },
  "image.pull": { kind: "image.pull", image: "node:24" },
  "remote.push": { kind: "remote.push", remote: "origin", changes: [{ ref: epicRef, to: oid("b") }] },
  "remote.fetch": { kind: "remote.fetch", remote: "origin", branch: "main" },
  "remote.propose": {
    kind: "remote.propose",
    request: {
      remote: "origin",
      base: "main",
      branch: "epic/auth",
      tip: oid("b"),
      title: "[AUTH] Sign-in",
      body: "3 of 3 beads",
    },
  },
  "tip.move": { kind: "tip.move", tip: "epic", candidate },
  "branch.show": { kind: "branch.show", name: "backend", branch: "feature/auth-backend", from: oid("a"), to: oid("c") },
  "branch.delete": { kind: "branch.delete", name: "backend", branch: "feature/auth-backend", from: oid("c") },
  "volume.create": {
    kind: "volume.create",
    role: "backend",
    branch: "feature/auth-backend",
    start: oid("b"),
    next: instanceSpec(aRole("backend")),
  },
  "volume.remove": { kind: "volume.remove", role: "backend" },
  "instance.create": { kind: "instance.create", spec: instanceSpec(aRole("backend")) },
  "instance.start": { kind: "instance.start", role: "backend" },
  "instance.stop": { kind: "instance.stop", role: "backend", graceMs: 10_000 },
  "instance.pause": { kind: "instance.pause", role: "backend" },
  "instance.resume": { kind: "instance.resume", role: "backend" },
  "hold.record": {
    kind: "hold.record",
    role: "backend",
    hold: { state: "quarantined", reason: "ended 3 times in a row", atMs: 1 },
  },
  "instance.remove": { kind: "instance.remove", role: "backend" },
  "order.issue": { kind: "order.issue", order: { ...order, start: { kind: "commit", oid: oid("e") } } },
  "order.deliver": { kind: "order.deliver", order },
  "order.withdraw": { kind: "order.withdraw", order },
  "report.import": {
    kind: "report.import",
    order,
    report: { ...aReport(order), state: "done", order: formatOrderId(order.id) },
  },
  "mail.tell": {
    kind: "mail.tell",
    order,
    id: "1-a",
    message: { role: "backend", words: "Mind the\ntime zones.", isUrgent: false, atMs: 1 },
    heard: "at its next turn",
  },
  "mail.ack": { kind: "mail.ack", role: "backend", mail: formatOrderId(order.id) },
  "gate.start": { kind: "gate.start", key: `${oid("7")}.1`, gate: testGate, commit: candidate },
  "gate.collect": { kind: "gate.collect", verdict: aVerdict(oid("2")) },
  "gate.remove": { kind: "gate.remove", key: `${oid("7")}.1` },
  "base.land": { kind: "base.land", branch: "main", from: oid("b"), commit: { kind: "commit", oid: oid("f") } },
  "rescue.import": { kind: "rescue.import", role: "backend", n: 1 },
  "project.archive": { kind: "project.archive", epic: epicId },
  "project.delete": { kind: "project.delete", epic: epicId },
};

export const everyOperation: readonly Operation[] = Object.values(bodies).map((body) => anOperation(body));

export function anOperation(
  body: OperationBody,
  why: { readonly cause?: string; readonly consent?: string } = {},
): Operation {
  const { cause = "because", consent } = why;
  return { id: body.kind, needs: [], cause, ...(consent !== undefined && { consent }), ...body };
}
