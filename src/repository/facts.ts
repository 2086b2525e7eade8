// Facts and verdicts as JSON blobs: written canonically, read with every field checked. Pure.

import { canonicalJson } from "../model/content.ts";
import type {
  ApprovalFact,
  HoldFact,
  LandFact,
  ProjectFact,
  RecordedTracker,
  RetryFact,
  Verdict,
} from "../model/records.ts";
import type { HeldRef, PullRequestFact, RemoteFact } from "../model/remote.ts";
import type { FactWrite } from "../ports/repository.ts";
import { type Fields, fieldsIn, fieldsOf } from "./fields.ts";
import type { FactKind } from "./layout.ts";
import { malformed } from "./records.ts";

/** The same value gives the same text, and so the same blob. */
export function recordJson(value: unknown): string {
  return `${canonicalJson(value)}\n`;
}

/** `place` is what the ref says. */
export function parseFact(
  place: { readonly fact: FactKind; readonly id: string },
  text: string,
  ref: string,
): FactWrite {
  const fields = fieldsOf(text, ref);
  const { fact: kind, id } = place;
  switch (kind) {
    case "project":
      return { kind, value: projectFact(fields) };
    case "land":
      return { kind, value: landFact(fields) };
    case "pr":
      return { kind, value: pullRequestFact(fields, ref) };
    case "upstream": {
      const { string, number } = fields;
      const value = { remote: string("remote"), branch: string("branch"), oid: string("oid"), atMs: number("atMs") };
      return { kind, value };
    }
    case "remote":
      return { kind, value: remoteFact(fields, ref) };
    case "retry":
      return { kind, id, value: retryFact(fields) };
    case "approval":
      return { kind, id, value: approvalFact(fields) };
    case "rejection": {
      const value = { commit: fields.string("commit"), words: fields.string("words"), atMs: fields.number("atMs") };
      return { kind, id, value };
    }
    case "message": {
      const { string, boolean, number } = fields;
      const value = {
        role: string("role"),
        words: string("words"),
        isUrgent: boolean("isUrgent"),
        atMs: number("atMs"),
      };
      return { kind, id, value };
    }
    case "assignment":
      return { kind, id, value: { role: fields.string("role"), atMs: fields.number("atMs") } };
    case "hold":
      return { kind, id, value: holdFact(fields, ref) };
    case "closing":
    case "closed":
    case "withdrawn":
    case "reopening":
    case "reopened":
      return { kind, id, value: { atMs: fields.number("atMs") } };
  }
}

export function parseVerdict(text: string, ref: string): Verdict {
  const fields = fieldsOf(text, ref);
  const result = fields.string("result");
  if (result !== "green" && result !== "red" && result !== "setup-failed") throw malformed(ref, `result is ${result}`);
  return {
    key: fields.string("key"),
    tree: fields.string("tree"),
    gate: fields.string("gate"),
    result,
    flaky: fields.boolean("flaky"),
    runs: fields.number("runs"),
    exitCode: fields.number("exitCode"),
    output: fields.string("output"),
    atMs: fields.number("atMs"),
  };
}

function projectFact(fields: Fields): ProjectFact {
  return {
    name: fields.string("name"),
    file: fields.string("file"),
    // `declaredName`, `text` and `into` are younger than the rest.
    declaredName: fields.has("declaredName") ? fields.string("declaredName") : fields.string("name"),
    text: fields.has("text") ? fields.string("text") : "",
    inputs: fields.strings("inputs"),
    epic: fields.string("epic"),
    slug: fields.string("slug"),
    keys: fields.strings("keys"),
    branches: fields.strings("branches"),
    into: fields.has("into") ? fields.strings("into") : {},
    base: fields.string("base"),
    ...(fields.has("tracker") ? { tracker: trackerOf(fields) } : {}),
    ...(fields.has("runtime") ? { runtime: runtimeOf(fields.string("runtime")) } : {}),
    ...(fields.has("protect") ? { protect: fields.list("protect") } : {}),
    ...(fields.has("budget") ? { budget: fields.numbers("budget") } : {}),
  };
}

function runtimeOf(text: string): NonNullable<ProjectFact["runtime"]> {
  return text === "docker" || text === "kubernetes" ? text : "process";
}

function trackerOf(fields: Fields): RecordedTracker {
  const { kind, command, workspace } = fields.strings("tracker");
  return {
    kind: kind === "bd" ? "bd" : "git",
    ...(command !== undefined && { command }),
    ...(workspace !== undefined && { workspace }),
  };
}

function landFact(fields: Fields): LandFact {
  const allows = fields.has("allowsRewrittenBase") && fields.boolean("allowsRewrittenBase");
  return {
    tip: fields.string("tip"),
    ...(allows && { allowsRewrittenBase: true as const }),
    ...(fields.has("how") && { how: "pr" as const }),
    atMs: fields.number("atMs"),
  };
}

function pullRequestFact(fields: Fields, ref: string): PullRequestFact {
  const ended = fields.has("ended") ? fields.string("ended") : undefined;
  if (ended !== undefined && ended !== "merged" && ended !== "closed") throw malformed(ref, `ended is ${ended}`);
  const { string, number } = fields;
  return { tip: string("tip"), url: string("url"), ...(ended && { ended }), atMs: number("atMs") };
}

function remoteFact(fields: Fields, ref: string): RemoteFact {
  return {
    remote: fields.string("remote"),
    held: fields.records("held").map((each): HeldRef => {
      const held = fieldsIn(each, ref);
      return {
        ref: held.string("ref"),
        ours: held.string("ours"),
        ...(held.has("theirs") && { theirs: held.string("theirs") }),
        words: held.string("words"),
        atMs: held.number("atMs"),
      };
    }),
  };
}

function retryFact(fields: Fields): RetryFact {
  return {
    round: fields.number("round"),
    attempt: fields.number("attempt"),
    words: fields.string("words"),
    ...(fields.has("role") ? { role: fields.string("role") } : {}),
    atMs: fields.number("atMs"),
  };
}

function approvalFact(fields: Fields): ApprovalFact {
  const entries = fields.has("entries") && { entries: fields.strings("entries") };
  return {
    commit: fields.string("commit"),
    ...entries,
    noChange: fields.boolean("noChange"),
    atMs: fields.number("atMs"),
  };
}

function holdFact(fields: Fields, ref: string): HoldFact {
  const state = fields.string("state");
  if (state !== "stopped" && state !== "paused" && state !== "quarantined" && state !== "none") {
    throw malformed(ref, `state is ${state}`);
  }
  const lifts = fields.has("liftsSinceMs") && { liftsSinceMs: fields.number("liftsSinceMs") };
  const grace = fields.has("graceMs") && { graceMs: fields.number("graceMs") };
  return { state, reason: fields.string("reason"), ...lifts, ...grace, atMs: fields.number("atMs") };
}
