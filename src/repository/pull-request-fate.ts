// How the pull request fares where it was opened, as the person's own gh or glab tells: merged, or closed without it.
import type { ProposedRequest, PullRequestFact } from "../model/remote.ts";
import type { Context } from "./context.ts";
import { type Home, homeOf, jsonList, mergeRequestsOf, programFor, type Run, runner } from "./forge.ts";
import { branchRef, placeRef } from "./layout.ts";
import { writeFact } from "./pins.ts";
import { refOid, swapRefs } from "./refs.ts";
import { isOnRemote, remoteGit } from "./remote-push.ts";

export interface Asking {
  readonly remote: string;
  readonly request: ProposedRequest;
  readonly atMs: number;
  readonly signal?: AbortSignal;
}

export type Fate = "open" | NonNullable<PullRequestFact["ended"]>;

/** Absent: neither program is there, so nobody can tell; the base alone says then what was merged. */
export async function fateOf(context: Context, { remote, request, signal }: Asking): Promise<Fate | undefined> {
  const number = /\/(\d+)\/?$/.exec(request.fact.url)?.[1];
  const home = await homeOf(context, remote, signal);
  const program = programFor(context, home);
  if (number === undefined || program === undefined) return undefined;
  const run = runner(context, { program, home, doing: `cannot tell how ${request.fact.url} fares`, signal });
  const state = program === "gh" ? await stateAtGh(run, number) : await stateAtGlab(run, { number, home });
  const word = String(state).toLowerCase();
  return word === "closed" || word === "merged" ? word : "open";
}

async function stateAtGh(run: Run, number: string): Promise<unknown> {
  const [view] = jsonList(`[${await run(["pr", "view", number, "--json=state"])}]`, "gh");
  return view?.state;
}

async function stateAtGlab(run: Run, { number, home }: { readonly number: string; readonly home: Home }) {
  const [view] = jsonList(`[${await run(["api", `${mergeRequestsOf(home)}/${number}`])}]`, "glab");
  return view?.state;
}

/** Written only where it changed. A branch that is deleted with the request is pushed again before another is opened. */
export async function noteFate(context: Context, project: string, asking: Asking & { readonly fate: Fate }) {
  const { request, fate, remote, atMs, signal } = asking;
  const { ended: before, ...fact } = request.fact;
  const ended = fate === "open" ? undefined : fate;
  if (ended === before) return;
  if (ended !== undefined) await forgetDeleted(context, project, { remote, branch: request.branch, signal });
  await writeFact(context, project, { kind: "pr", value: { ...fact, ...(ended && { ended }), atMs } });
}

interface Branch {
  readonly remote: string;
  /** Short name. */
  readonly branch: string;
  readonly signal: AbortSignal | undefined;
}

async function forgetDeleted(context: Context, project: string, { remote, branch, signal }: Branch): Promise<void> {
  const ref = placeRef(project, { kind: "pushed", ref: branchRef(branch) });
  const from = await refOid(context, ref);
  if (from === undefined || (await isOnRemote(remoteGit(context, signal), remote, branchRef(branch)))) return;
  // Whoever moved it meanwhile knows better.
  await swapRefs(context, [{ ref, from }]);
}
