// The stories that the in-memory whole is put through: what the file says, how each bead's agent behaves, what people do
// on the way. People act on what they see, so that a story ends the same however often crew is killed in it.
import type { Crew } from "../../src/model/crew.ts";
import type { Oid } from "../../src/model/names.ts";
import { aCrew, aGate, aRole, aService, aTask, settings } from "../builders/crew.ts";
import type { Story, Whole } from "./whole.ts";

const allBeads = { beads: {} };

/** One role, two beads, one gate. */
export function smallStory(seed: string): Story {
  const crew = aCrew(
    aRole("dev", allBeads),
    aTask("one", { title: "one" }),
    aTask("two", { title: "two", blockedBy: ["one"] }),
    aGate("test"),
  );
  return { seed, crew: () => crew, scripts: { one: { red: true }, two: { shared: true } } };
}

const db = aService("db");
const cache = aService("cache", { shared: true });

/** The same, landed by a pull request that a person merges on the remote. */
export function proposedStory(seed: string): Story {
  const { crew, ...story } = smallStory(seed);
  return { ...story, crew: (whole) => settings({ land: "pr" })(crew(whole)) };
}

/** Four roles, one of them nested; conflicts, red gates, failures, people's commits, a moving base, an edited file. */
export function fullStory(seed: string): Story {
  const tasks = [
    aTask("api", { title: "api", type: "feature" }),
    aTask("api.login", { title: "login", parent: "api", role: "backend" }),
    aTask("api.tokens", { title: "tokens", parent: "api", role: "backend", blockedBy: ["api.login"] }),
    aTask("page", { title: "page", role: "frontend" }),
    aTask("field", { title: "field", role: "form" }),
    aTask("hint", { title: "hint", role: "form", blockedBy: ["api.tokens"] }),
    aTask("suite", { title: "suite", role: "tests", priority: 1 }),
    aTask("ghost", { title: "ghost", role: "tests", priority: 3 }),
    aTask("empty", { title: "empty", role: "backend", priority: 3 }),
  ];
  const crewAt = (level: string): Crew =>
    aCrew(
      aRole("backend", { environment: { LEVEL: level } }),
      aRole("frontend", { services: [db] }),
      aRole("form", { into: "frontend" }),
      aRole("tests", { dependsOn: ["backend"], services: [db, cache] }),
      ...tasks,
      aGate("test", { services: [db] }),
      settings({ close: "on-merge", push: true, batch: 3 }),
    );
  const [before, after] = [crewAt("info"), crewAt("debug")];
  const done = new Set<string>();
  let firstBase: Oid | undefined;
  return {
    seed,
    crew: () => (done.has("edited") ? after : before),
    scripts: {
      login: { red: true, shared: true },
      tokens: { shared: true },
      page: { shared: true },
      field: { shared: true },
      suite: { fails: true, crashes: true },
      ghost: { endless: true },
      empty: { empty: true },
    },
    // Until a person has moved base, no order may be given.
    holdsGate: (commit) => {
      firstBase ??= commit;
      return commit === firstBase && !done.has("base moved");
    },
    meanwhile: (whole) => people(whole, done),
  };
}

async function people(whole: Whole, done: Set<string>): Promise<void> {
  const { repository, runtime, beads, clock } = whole;
  const { store } = repository;
  const once = async (what: string, isTime: boolean | undefined, act: () => unknown) => {
    if (!isTime || done.has(what)) return;
    done.add(what);
    await act();
  };
  const project = store.projects.get("shop");
  const commitOn = (branch: string, path: string) => () => {
    const parent = store.branches.get(branch);
    if (parent)
      store.branches.set(branch, repository.commit({ parents: [parent], files: { [path]: "ok" }, message: path }));
  };
  const tip = project?.tips.get("epic");
  const isMerged = (path: string) => tip !== undefined && repository.filesOf(tip)[path] === "ok";
  const all = [...(await beads.snapshot()).values()];
  const idOf = (title: string) => all.find((bead) => bead.title === title)?.id ?? "";
  await once(
    "base moved",
    project?.start !== undefined && (await runtime.observe()).gates.size > 0,
    commitOn("main", "base"),
  );
  await once("edited", isMerged(`done/${idOf("login")}`), () => undefined);
  await once(
    "on the epic",
    isMerged(`done/${idOf("login")}`) && store.branches.has("epic/auth"),
    commitOn("epic/auth", "mine"),
  );
  await once(
    "on a role",
    isMerged(`done/${idOf("suite")}`) && store.branches.has("feature/tests"),
    commitOn("feature/tests", "yours"),
  );
  const instances = (await runtime.observe()).instances;
  const hold = (state: "paused" | "none") =>
    repository.writeFact("shop", { kind: "hold", id: "frontend", value: { state, reason: "", atMs: clock.now } });
  await once("frontend paused", isMerged(`done/${idOf("login")}`), () => hold("paused"));
  await once("frontend goes on", done.has("frontend paused") && instances.get("frontend")?.paused, () => hold("none"));
  const ghost = idOf("ghost");
  const inHand = (await runtime.observe()).instances.get("tests")?.mail;
  const isHaunted = inHand !== undefined && inHand !== "unreadable" && inHand.status.order === `${ghost}.1.1`;
  const suite = idOf("suite");
  const { tips } = await repository.observe({ project: "shop", branches: new Map() });
  const evidence = tips.get("epic")?.chain.find(({ bead }) => bead?.id === suite && bead.round === 1)?.oid;
  const isSuiteClosed = all.some(({ id, status }) => id === suite && status === "closed");
  await once("suite undone", isSuiteClosed && evidence !== undefined, () =>
    repository.askUndo("shop", { bead: suite, round: 1, evidence: evidence ?? "", words: "not yet", atMs: clock.now }),
  );
  const message = { role: "tests", words: "Hurry.", isUrgent: true, atMs: clock.now };
  await once("ghost told", isHaunted, () =>
    repository.writeFact("shop", { kind: "message", id: "1-a", value: message }),
  );
  const isTold = isHaunted && inHand.inbox.includes("tell-1-a");
  await once("ghost closed", isTold, () => beads.close(ghost, "not needed"));
}
