// What is pushed, planned from what was pushed before; what the remote would not take waits for a person.
import { expect, test } from "vitest";
import type { HeldRef, RemoteState } from "../../src/model/remote.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { nowMs, oid } from "../builders/oids.ts";
import { downText, planText } from "../builders/plan-text.ts";
import {
  aBranch,
  aheadBy,
  all,
  aProject,
  shows,
  type WorldPart,
  withFacts,
  withRepository,
  withRuntime,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aGate("test"), settings({ push: true }));
const tipRef = "refs/crew/p/shop/tip/epic";

function aRemote(given: Partial<RemoteState> = {}): WorldPart {
  const records = new Map([[tipRef, oid("base")]]);
  return withRepository({ remote: { name: "origin", names: ["origin"], records, pushed: new Map(), ...given } });
}

function pushed(commits: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(commits).map(([ref, name]) => [ref, oid(name)]));
}

const allPushed = pushed({
  [tipRef]: "base",
  "refs/heads/epic/auth": "base",
  "refs/heads/feature/backend": "base",
});

function held(ref: string, given: Partial<HeldRef> = {}): WorldPart {
  const theirs = given.words === undefined ? { theirs: oid("theirs") } : {};
  const fact = { ref, ours: oid("base"), ...theirs, words: "", atMs: nowMs - 1000, ...given };
  return withFacts({ remote: { remote: "origin", held: [fact] } });
}

test("every visible branch and every ref of the project, in one push", () => {
  expect(planText(crew, aProject(crew, aRemote()))).toMatchInlineSnapshot(`
    "remote.push (3 refs changed since the last push)
        refs/crew/p/shop/tip/epic: nothing → base···
        refs/heads/epic/auth: nothing → base···
        refs/heads/feature/backend: nothing → base···
    . instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = working"
  `);
});

test("nothing differs from what was pushed last: nothing is pushed", () => {
  expect(planText(crew, aProject(crew, aRemote({ pushed: allPushed })))).not.toContain("remote.push");
});

test("what moved is pushed with a lease on what was pushed last, of a branch that is ahead only what crew showed", () => {
  const world = aProject(crew, aRemote({ pushed: allPushed }), shows("backend", "work1"), aheadBy("epic", "mine"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "branch.show:backend (shows base···)
        feature/backend: work1·· → base···
    remote.push (1 ref changed since the last push)
        refs/heads/feature/backend: base··· → work1··
    . instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = working"
  `);
});

test("a branch that a person rewrote or that is not crew's is not pushed", () => {
  const rewritten = aBranch("backend", { relation: "rewritten", oid: oid("mine"), shown: oid("work1") });
  const foreign = aBranch("epic", { relation: "foreign", oid: oid("mine") });
  const world = aProject(crew, aRemote({ pushed: allPushed }), rewritten, foreign);
  expect(planText(crew, world)).not.toContain("remote.push");
});

test("push: false pushes nothing, whatever was pushed before", () => {
  const quiet = settings({ push: false })(crew);
  expect(planText(quiet, aProject(quiet, aRemote()))).not.toContain("remote.push");
});

test.each([
  ["none", []],
  ["several, and none is origin", ["fork", "upstream"]],
])("no remote can be told (%s): said with the way out", (_, names) => {
  const { name: _name, ...nameless } = { name: "", names, records: new Map(), pushed: new Map() };
  const text = planText(crew, aProject(crew, withRepository({ remote: nameless })));
  expect(text).toMatchSnapshot();
});

test("somebody else's commit on the remote is told with both commits, and left", () => {
  const others = new Map([...allPushed].filter(([ref]) => ref !== "refs/heads/feature/backend"));
  const world = aProject(crew, aRemote({ pushed: others }), held("refs/heads/feature/backend"));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! remote-moved feature/backend: branch feature/backend on origin is at theirs·, which is not crew's: crew has never pushed it, and does not overwrite it with base···
        git fetch origin refs/heads/feature/backend && git switch feature/backend && git merge FETCH_HEAD
        git push --force-with-lease=feature/backend:theirs·································· origin feature/backend
        crew up
    = settled"
  `);
});

test("it is tried again after a minute, when crew has something newer, and when a person says up", () => {
  const others = new Map([...allPushed].filter(([ref]) => ref !== "refs/heads/feature/backend"));
  const stuck = all(aRemote({ pushed: others }), held("refs/heads/feature/backend"));
  const stuckWith = (part: WorldPart = (world) => world) => aProject(crew, stuck, part);
  expect(planText(crew, stuckWith())).not.toContain("remote.push");
  const late = held("refs/heads/feature/backend", { atMs: nowMs - 61_000 });
  expect(planText(crew, stuckWith(late))).toContain("remote.push");
  expect(planText(crew, stuckWith(shows("backend", "work2")))).toContain("remote.push");
  expect(planText(crew, stuckWith(), { startedAtMs: nowMs })).toContain("remote.push");
});

test("another project of the same name on the remote", () => {
  const others = new Map([...allPushed].filter(([ref]) => ref !== tipRef));
  const world = aProject(crew, aRemote({ pushed: others }), held(tipRef));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! remote-moved origin: origin has a project shop that is not this one: refs/crew/p/shop/tip/epic is theirs· there, base··· here
        crew -p shop-2 up
        git push origin --delete $(git ls-remote origin 'refs/crew/p/shop/*' | cut -f2)
    = settled"
  `);
});

test("refused for being unsigned: a pull request is the way", () => {
  const words = "[remote rejected] (pre-receive hook declined); GH006: Commits must have verified signatures.";
  const others = new Map([...allPushed].filter(([ref]) => ref !== "refs/heads/epic/auth"));
  const world = aProject(crew, aRemote({ pushed: others }), held("refs/heads/epic/auth", { words }));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! remote-refused origin: origin refused refs/heads/epic/auth: [remote rejected] (pre-receive hook declined); GH006: Commits must have verified signatures. crew's commits are unsigned: a pull request that is squashed there lands as one signed commit
        crew land --pr
    = settled"
  `);
  const other = held("refs/heads/epic/auth", { words: "[remote rejected] (read-only)" });
  expect(planText(crew, other(world))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! remote-refused origin: origin refused refs/heads/epic/auth: [remote rejected] (read-only)
        git push --dry-run origin
        crew up
    = settled"
  `);
});

test("archived: the project's refs go from the remote, and the branches of its roles; the epic's stays", () => {
  const stopped = withRuntime({ instances: new Map(), volumes: new Set() });
  const world = aProject(crew, aRemote({ pushed: allPushed }), stopped);
  expect(downText(world, { isComplete: true })).toMatchInlineSnapshot(`
    "project.archive (landed)
    remote.push (2 refs archived)
        refs/crew/p/shop/tip/epic: base··· → nothing
        refs/heads/feature/backend: base··· → nothing
        after project.archive
    branch.delete:backend (archived)
        feature/backend at base···
        after project.archive
    branch.delete:epic (archived)
        epic/auth at base···
        after project.archive
    project.delete (archived)
        after project.archive, branch.delete:backend, branch.delete:epic"
  `);
  expect(downText(world)).not.toContain("remote.push");
});
