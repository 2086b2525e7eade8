// Pushes to the person's remote, as the person: each ref with a lease on what crew last put there. What the remote does not
// take is recorded, never forced. Runs no hook of the repository and nothing that an agent wrote.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { HeldRef, RemoteChange } from "../model/remote.ts";
import type { RemotePush } from "../ports/remote.ts";
import type { Context } from "./context.ts";
import { remoteEnvironment } from "./environment.ts";
import { type Git, gitAt, lastWords } from "./git.ts";
import { placeRef, projectsRoot } from "./layout.ts";
import { writeFact } from "./pins.ts";
import { listRefs, swapRefs } from "./refs.ts";
import { oneLine } from "./text.ts";

/** A first push may bring much of a repository. */
const pushTimeoutMs = 5 * 60_000;
const maxWords = 500;

export async function pushToRemote(context: Context, project: string, push: RemotePush): Promise<void> {
  const git = remoteGit(context, push.signal);
  const first = await attempt(git, push.remote, push.changes);
  const moved = first.filter(({ outcome }) => outcome === "moved").map(({ change }) => change);
  const found = moved.length === 0 ? new Map<string, Oid>() : await refsThere(git, push.remote, moved);
  const again = await leasesAnew(context, moved, found);
  const second = again.length === 0 ? [] : await attempt(git, push.remote, again);
  const after = new Map([...first, ...second].map((each) => [each.change.ref, each]));
  const answers = [...after.values()].map((answer): Answer => {
    const { ref, to } = answer.change;
    // Put there by a push that was broken off before it was noted.
    const isThere = answer.outcome === "moved" && found.get(ref) === to;
    return isThere ? { ...answer, outcome: "done" } : answer;
  });
  await noteDone(context, project, answers);
  const held = answers.flatMap((answer) => heldRef(answer, { found, atMs: push.atMs }));
  await noteHeld(context, project, { ...push, held });
  const left = answers.find(({ change, outcome }) => change.to === undefined && outcome !== "done");
  if (left) throw notDeleted(left, push.remote);
}

export function remoteGit(context: Context, signal: AbortSignal | undefined): Git {
  const { topLevel: cwd, commonDir } = context.place;
  const environment = { ...remoteEnvironment(context.environment), GIT_DIR: commonDir };
  return gitAt({ cwd, environment, signal: signal ?? context.signal, timeoutMs: pushTimeoutMs });
}

/** What git says of a remote, without the password that its address may hold. */
export function remoteWords(stderr: string): string {
  return oneLine(lastWords(stderr).replace(/(\w+:\/\/)[^/@\s']+@/g, "$1"), maxWords);
}

interface Answer {
  readonly change: RemoteChange;
  readonly outcome: "done" | "moved" | "refused";
  readonly words: string;
}

async function attempt(git: Git, remote: string, changes: readonly RemoteChange[]): Promise<readonly Answer[]> {
  const args = ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
  const leases = changes.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`);
  const refspecs = changes.map(({ ref, to }) => `${to ?? ""}:${ref}`);
  const result = await git.attempt([...args, ...leases, "--end-of-options", remote, ...refspecs]);
  const lines = new Map(refLines(result.stdout.toString("utf8")).map((line) => [line.ref, line]));
  if (lines.size === 0 && result.exitCode !== 0) {
    throw new CrewError("failed", `${remote} did not take it: ${remoteWords(result.stderr)}`, {
      hint: `Nothing waits for it, and it is tried again. To see more: git push --dry-run ${remote}`,
    });
  }
  const said = remoteLines(result.stderr);
  return changes.map((change): Answer => {
    const line = lines.get(change.ref);
    if (line && line.flag !== "!") return { change, outcome: "done", words: "" };
    const isMoved = /stale info|remote ref updated since checkout/.test(line?.summary ?? "");
    const words = oneLine([line?.summary ?? "the remote said nothing", ...said].join("; "), maxWords);
    return { change, outcome: isMoved ? "moved" : "refused", words: isMoved ? "" : words };
  });
}

/** Lines of `git push --porcelain`: flag, from:to, summary (reason). */
function refLines(porcelain: string) {
  return porcelain.split("\n").flatMap((line) => {
    const [flag = "", refs, summary = ""] = line.split("\t");
    return refs === undefined ? [] : [{ flag, ref: refs.slice(refs.indexOf(":") + 1), summary }];
  });
}

/** The remote's own words on a refusal. */
function remoteLines(stderr: string): readonly string[] {
  const lines = stderr.split("\n").filter((line) => line.startsWith("remote: "));
  return lines.map((line) => line.slice("remote: ".length).trim()).filter(Boolean);
}

/** `ref` is a full name. */
export async function isOnRemote(git: Git, remote: string, ref: string): Promise<boolean> {
  return (await refsThere(git, remote, [{ ref }])).has(ref);
}

async function refsThere(
  git: Git,
  remote: string,
  changes: readonly RemoteChange[],
): Promise<ReadonlyMap<string, Oid>> {
  const wanted = new Set(changes.map(({ ref }) => ref));
  const result = await git.attempt(["ls-remote", "--end-of-options", remote, ...wanted]);
  if (result.exitCode !== 0) {
    throw new CrewError("failed", `${remote} did not say what it has: ${remoteWords(result.stderr)}`);
  }
  const lines = result.stdout.toString("utf8").split("\n");
  return new Map(
    lines.flatMap((line): [string, Oid][] => {
      const [oid = "", ref = ""] = line.split("\t");
      return wanted.has(ref) ? [[ref, oid]] : [];
    }),
  );
}

/** Nobody's commit is lost where the remote's is gone or part of the new one: pushed once more, with a lease on just that. */
async function leasesAnew(context: Context, moved: readonly RemoteChange[], found: ReadonlyMap<string, Oid>) {
  const anew: RemoteChange[] = [];
  for (const { ref, to } of moved) {
    const there = found.get(ref);
    if (to === undefined || there === to) continue;
    if (there === undefined) anew.push({ ref, to });
    else if ((await isOwnRecord(context, ref, there)) || (await reaches(context, to, there)))
      anew.push({ ref, from: there, to });
  }
  return anew;
}

/** A record that this repository has as well: put there by a push that was broken off, and replaced here since. */
async function isOwnRecord({ view }: Context, ref: string, oid: Oid): Promise<boolean> {
  if (!ref.startsWith(projectsRoot)) return false;
  return (await view.attempt(["cat-file", "-e", oid])).exitCode === 0;
}

/** False also where the other commit is not known here, or where they are no commits. */
async function reaches({ view }: Context, commit: Oid, other: Oid): Promise<boolean> {
  const { exitCode } = await view.attempt(["merge-base", "--is-ancestor", "--end-of-options", other, commit]);
  return exitCode === 0;
}

/** Of what is deleted nothing is noted: with it goes the whole project. */
async function noteDone(context: Context, project: string, answers: readonly Answer[]): Promise<void> {
  const done = answers.flatMap(({ change, outcome }) =>
    outcome === "done" && change.to !== undefined
      ? [{ ref: placeRef(project, { kind: "pushed", ref: change.ref }), to: change.to }]
      : [],
  );
  if (done.length === 0) return;
  const refs = await listRefs(
    context,
    done.map(({ ref }) => ref),
  );
  const changes = done.map(({ ref, to }) => ({ ref, to, from: refs.get(ref)?.oid }));
  if (await swapRefs(context, changes)) return;
  throw new CrewError("conflict", "Another crew pushed at the same time.", { hint: "The next pass sees it: crew up" });
}

interface Holding {
  readonly found: ReadonlyMap<string, Oid>;
  readonly atMs: number;
}

function heldRef({ change, outcome, words }: Answer, { found, atMs }: Holding): readonly HeldRef[] {
  const { ref, to: ours } = change;
  if (ours === undefined || outcome === "done") return [];
  const theirs = found.get(ref);
  return [{ ref, ours, ...(outcome === "moved" && theirs !== undefined && { theirs }), words, atMs }];
}

/** What was not part of this push stays as it was recorded. */
async function noteHeld(
  context: Context,
  project: string,
  { remote, changes, before, held }: RemotePush & { readonly held: readonly HeldRef[] },
): Promise<void> {
  // With deletions goes the project: nothing of it may be written after.
  if (changes.every(({ to }) => to === undefined)) return;
  const tried = new Set(changes.map(({ ref }) => ref));
  const others = before?.remote === remote ? before.held.filter(({ ref }) => !tried.has(ref)) : [];
  if (held.length === 0 && (before === undefined || before.held.length === others.length)) return;
  await writeFact(context, project, { kind: "remote", value: { remote, held: [...others, ...held] } });
}

function notDeleted({ change, outcome, words }: Answer, remote: string): CrewError {
  const why = outcome === "moved" ? "somebody else has put another commit there" : words;
  return new CrewError("needs-you", `${change.ref} was left on ${remote}: ${why}.`, {
    hint: `git push ${remote} --delete ${change.ref}`,
  });
}
