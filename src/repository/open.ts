// Opens the repository that a person stands in, as the port that the rest of crew works with. Assembles; decides nothing.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "../model/once.ts";
import type { GitRunner } from "../ports/git.ts";
import type { Remote } from "../ports/remote.ts";
import type { Repository } from "../ports/repository.ts";
import type { Review } from "../ports/review.ts";
import type { ObjectSource } from "../ports/runtime.ts";
import { archiveProject, deleteProject } from "./archive.ts";
import { writeCandidate } from "./candidate.ts";
import { testChain } from "./chains.ts";
import type { Context, ImportLimits, ProcessIdentity, RepositoryPlace } from "./context.ts";
import { findDefaultBranch } from "./default-branch.ts";
import { diff } from "./diff.ts";
import { type Asked, discover } from "./discover.ts";
import { dropResolution } from "./dropped-resolution.ts";
import { crewEnvironment, type Environment } from "./environment.ts";
import { gitAt, gitRunner } from "./git.ts";
import { type RepositoryHealth, repositoryHealth } from "./health.ts";
import { historyOf } from "./history.ts";
import { importReport } from "./import.ts";
import { land } from "./land.ts";
import { landedIn } from "./landed.ts";
import { projectsRoot } from "./layout.ts";
import { leaseOf, ownStartTime } from "./lease.ts";
import { type Leftover, leftoversIn } from "./leftovers.ts";
import { mergesIn } from "./merges.ts";
import { objectReader } from "./objects.ts";
import { observe } from "./observe.ts";
import { packed, pinnedCommits } from "./packs.ts";
import { createOrder, moveTip, pinStart, writeFact, writeVerdict } from "./pins.ts";
import { propose } from "./pull-request.ts";
import { recall } from "./recall.ts";
import { recorded } from "./recorded.ts";
import { earlyRefs } from "./ref.ts";
import { listRefs } from "./refs.ts";
import { lookAtRemote } from "./remote-fetch.ts";
import { pushToRemote } from "./remote-push.ts";
import { repositoryId, sealKey } from "./repository-id.ts";
import { importRescue } from "./rescue.ts";
import { prepareResolution, takeResolution } from "./resolution.ts";
import { incomplete, specialSettings } from "./special-settings.ts";
import { pastStaleLocks } from "./stale-lock.ts";
import { takeBranch } from "./taken.ts";
import { askUndo, dropUndo } from "./undo.ts";
import { ensureView, viewVariables } from "./view.ts";
import { showBranch } from "./visible.ts";

export interface OpenOptions {
  readonly cwd: string;
  /** The person's environment; git gets nothing of it but PATH, save for discovery and landing. */
  readonly environment: Environment;
  readonly identity: ProcessIdentity;
  /** Begun before, for the same place. */
  readonly asked?: Asked | undefined;
  readonly limits?: Partial<ImportLimits>;
  /** Ends whatever git is running. */
  readonly signal?: AbortSignal;
}

export interface OpenRepository extends Repository, Review {
  /** Top of the work tree that the person stands in; of the one that they came from, where they stand in a resolution's. */
  readonly topLevel: string;
  /** The project in whose resolution the person stands. */
  readonly resolves?: string;
  /** Real path of the git directory that all work trees share. */
  readonly commonDir: string;
  /** Of digests whose values nobody is to guess. */
  sealKey(): string;
  /** Hardened git in the user's git directory, for other adapters that keep something there. */
  readonly runner: GitRunner;
  /** Where the clones of new instances find objects. */
  readonly source: ObjectSource;
  /** A look is about to be taken, and nothing comes before it: as long as that is soon it may go by what opening has listed. */
  expectLook(isSoon: () => boolean): void;
  /** Short name of the branch that an epic begins from when nobody says. */
  defaultBranch(): Promise<string>;
  /** The remote, with the person's own credentials. */
  readonly remote: Remote;
  health(options: { readonly deep: boolean }): Promise<RepositoryHealth>;
  /** What killed processes left in the git directory. */
  leftovers(): Promise<readonly Leftover[]>;
}

const defaultLimits: ImportLimits = { maxBytes: 1024 ** 3, timeoutMs: 120_000 };

/** Rejects with a CrewError that says what to type where crew cannot work: no repository, bare, no commit, not trusted. */
export async function openRepository(options: OpenOptions): Promise<OpenRepository> {
  const place = await discover(options, options.asked);
  const { id, writer, context } = await contextOf(place, options);
  const history = historyOf(context.view);
  const merges = mergesIn(context);
  const defaultBranch = once(() => findDefaultBranch({ ...options, cwd: place.topLevel }));
  const memory = { records: new Map(), branches: new Map(), files: new Map() };
  const landed = landedIn({ view: context.view, history, merges });
  const observer = { id, context, history, memory, defaultBranch, landed };
  return {
    id,
    topLevel: place.topLevel,
    ...(place.resolves !== undefined && { resolves: place.resolves }),
    commonDir: place.commonDir,
    sealKey: () => sealKey(place, writer),
    runner: gitRunner(context.user),
    defaultBranch,
    remote: {
      push: (project, push) => pushToRemote(context, project, push),
      look: (project, look) => lookAtRemote(context, project, look),
      propose: (project, proposal) => propose(context, project, proposal),
    },
    health: (options) => repositoryHealth(context, options),
    leftovers: () => leftoversIn(context),
    source: {
      objectDirectory: context.objectDirectory,
      objectFormat: place.objectFormat,
      ...(isShallow(place) ? { shallowFile: join(place.commonDir, "shallow") } : {}),
      pinned: (project) => pinnedCommits(context, project),
      pack: (request, use) => packed(context, request, use),
    },
    expectLook: (isSoon) => context.early.expectLook(isSoon),
    observe: (query) => observe(observer, query),
    testMerges: (pairs) => merges.test(pairs),
    testChain: (chain) => testChain(context, merges, chain),
    writeFact: (project, fact) => writeFact(context, project, fact),
    pinStart: (project, move) => pinStart(context, project, move),
    moveTip: (project, tip, move) => moveTip(context, project, { ...move, tip }),
    writeCandidate: (spec) => writeCandidate(context, spec),
    createOrder: (project, order) => createOrder(context, project, order),
    askUndo: (project, undo) => askUndo(context, project, undo),
    dropUndo: (project, undo) => dropUndo(context, project, undo),
    importReport: (request) => importReport(context, merges, request),
    importRescue: (request) => importRescue(context, request),
    writeVerdict: (project, verdict, replaces) => writeVerdict(context, project, { verdict, replaces }),
    showBranch: (project, show) => showBranch(context, project, show),
    deleteBranch: (project, show) => showBranch(context, project, show),
    takeBranch: (project, taking) => takeBranch(context, project, taking),
    land: (move) => land(context, history, move),
    diff: (request) => diff(context, request),
    prepareResolution: (resolution) => prepareResolution(context, resolution),
    takeResolution: (resolution) => takeResolution(context, merges, resolution),
    dropResolution: (project, subject) => dropResolution(context, { project, subject }),
    archive: (project, epic) => archiveProject(context, history, { project, epic }),
    chain: async (since, commit) => (await history.since(since, commit)).chain,
    recall: (project, epic) => recall(observer, { project, epic }),
    deleteProject: (project, epic) => deleteProject(context, { project, epic }),
    projects: () => projectsIn(context),
    recorded: async () => {
      const found = await recorded(context);
      for (const { name, base, branches } of found.projects)
        memory.branches.set(name, [base, ...Object.values(branches)]);
      return found;
    },
    lease: (project, name) => leaseOf(context, project, name),
  };
}

async function contextOf(place: RepositoryPlace, options: OpenOptions) {
  const { environment, identity, signal } = options;
  const own = crewEnvironment(environment.PATH ?? "/usr/local/bin:/usr/bin:/bin");
  const cwd = place.commonDir;
  const mend = pastStaleLocks(place, identity);
  const timeoutMs = gitTimeoutMs(environment);
  const user = gitAt({ cwd, environment: { ...own, GIT_DIR: cwd }, signal, timeoutMs, mend });
  const settings = await specialSettings(place, user.text);
  if (settings.promisor !== undefined) throw incomplete(settings.promisor);
  const writer = `${identity.pid}-${createHash("sha256")
    .update(await ownStartTime(identity))
    .digest("hex")
    .slice(0, 8)}`;
  const id = repositoryId(place, writer);
  ensureView(place, { writer, shared: settings.shared });
  const view = gitAt({ cwd, environment: { ...own, ...viewVariables(place) }, signal, timeoutMs, mend });
  const limits = { ...defaultLimits, ...options.limits };
  const objectDirectory = join(place.commonDir, "objects");
  const objects = objectReader(view);
  const early = earlyRefs();
  const context: Context = {
    place,
    objectDirectory,
    user,
    view,
    objects,
    early,
    identity,
    limits,
    environment,
    signal,
  };
  return { id, writer, context };
}

/** `CREW_GIT_TIMEOUT`, in seconds: more for a slow disk, less for a test of a git that hangs. */
function gitTimeoutMs({ CREW_GIT_TIMEOUT: seconds = "" }: Environment): number | undefined {
  return /^[1-9]\d{0,5}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function isShallow(place: RepositoryPlace): boolean {
  try {
    return readFileSync(join(place.commonDir, "shallow"), "utf8") !== "";
  } catch {
    return false;
  }
}

async function projectsIn(context: Context): Promise<readonly string[]> {
  const refs = await listRefs(context, [projectsRoot]);
  return [...new Set([...refs.keys()].map((name) => name.slice(projectsRoot.length).split("/", 1)[0] ?? ""))].sort();
}
