// Setups that are kept as images: when one is made, who waits for it, who starts from it, and that nothing depends on it.
import { expect, test } from "vitest";
import { keepableSetup, setupHash } from "../../src/model/setup.ts";
import type { SetupRun, SetupsState, World } from "../../src/model/world.ts";
import { aBead } from "../builders/bead.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { nowMs, oid, startedAtMs } from "../builders/oids.ts";
import { downText, planText } from "../builders/plan-text.ts";
import { anOrder, aProject, type WorldPart, withBeads, withRepository, withRuntime } from "../builders/world.ts";

const container = { image: "node:24", cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false };
const npm = { setup: "npm ci", setupKey: ["package-lock.json"], container };
const crew = aCrew(aRole("backend", npm), aRole("frontend", npm), aGate("test", npm));
const imageId = "sha256:aaaa";
const files = { commit: oid("base"), holds: new Map([["package-lock.json", oid("lock")]]) };

function hashOf(given: object = {}, holds: ReadonlyMap<string, string> = files.holds): string {
  const [role] = aCrew(aRole("backend", { ...npm, container: { ...container, imageId }, ...given })).roles;
  const setup = role && keepableSetup(role);
  return setup ? setupHash(setup, { holds }, "repo") : "none";
}

const hash = hashOf();

function withSetups(given: Partial<SetupsState> = {}): WorldPart {
  const setups = { runs: new Map(), images: new Map(), ...given };
  return (world) =>
    withRepository({ setupFiles: files })(withRuntime({ images: new Map([["node:24", imageId]]), setups })(world));
}

function aRun(given: Partial<SetupRun> = {}): Partial<SetupsState> {
  return { runs: new Map([[hash, { hash, running: false, createdAtMs: startedAtMs - 1, ...given }]]) };
}

/** Lines about setups, instances and gates alone. */
function planned(world: World, of = crew): string {
  const text = planText(of, world).replaceAll(hash.slice(0, 12), "<hash>");
  return text
    .split("\n")
    .filter((line) => /setup|instance|gate\.|image|volume|^ {4}(run|npm|from|on)|^=/.test(line))
    .join("\n");
}

const bare = (setups: Partial<SetupsState> = {}, ...parts: readonly WorldPart[]): World => {
  const beads = withBeads(aBead("login", { labels: ["backend"] }));
  const nobody = withRuntime({ instances: new Map(), volumes: new Set() });
  const unjudged = withRepository({ verdicts: new Map() });
  return aProject(crew, beads, nobody, unjudged, withSetups(setups), ...parts);
};

test("it runs once; roles and gates wait for it, with the cause", () => {
  const begins = planned(bare());
  expect(begins).toMatchInlineSnapshot(`
    "setup.start:<hash> (runs once for backend, frontend, gate test)
        npm ci at base···, at most 60 s
    . instance backend: waits for its setup, which runs once for backend, frontend, gate test
    . instance frontend: waits for its setup, which runs once for backend, frontend, gate test
    = working"
  `);
  expect(planned(bare(aRun()))).toBe(begins); // killed: begun anew
  expect(planned(bare(aRun({ running: true })))).toMatchInlineSnapshot(`
    ". setup npm ci: runs once for backend, frontend, gate test
    . instance backend: waits for its setup, which runs once for backend, frontend, gate test
    . instance frontend: waits for its setup, which runs once for backend, frontend, gate test
    = working, in flight"
  `);
});

test("one that ran is kept as an image, cleared away once that is there, and everybody starts from it", () => {
  const ran = { kind: "exited", exitCode: 0, output: "" } as const;
  expect(planned(bare(aRun({ result: ran })))).toMatchInlineSnapshot(`
    "image.commit:<hash> (setup has run)
    . instance backend: waits for its setup, which runs once for backend, frontend, gate test
    . instance frontend: waits for its setup, which runs once for backend, frontend, gate test
    = working"
  `);
  const old = "f".repeat(32);
  const theirs = "e".repeat(32);
  const images = new Map([hash, old, theirs].map((each) => [each, { isOwn: each !== theirs }]));
  expect(planned(bare({ ...aRun({ result: ran }), images }))).toMatchInlineSnapshot(`
    "image.remove:ffffffffffff (another one is in its place)
    setup.remove:<hash> (it is kept as an image)
        after image.remove:ffffffffffff
    volume.create:backend (not found)
    instance.create:backend (not found)
        from crew-setup:<hash>
        after volume.create:backend
    instance.start:backend (created)
        after instance.create:backend
    volume.create:frontend (not found)
    instance.create:frontend (not found)
        from crew-setup:<hash>
        after volume.create:frontend
    instance.start:frontend (created)
        after instance.create:frontend
    gate.start:test:….1 (no verdict on main yet)
        on base··· from crew-setup:<hash>
    = working"
  `);
});

test("one that fails or cannot be kept is nobody's loss: each runs its own; a failed one is tried again by up until there are orders", () => {
  const unkept = { kind: "exited", exitCode: 1, output: "it leaves a secret in home/.npmrc" } as const;
  expect(planned(bare(aRun({ result: unkept })))).toMatchInlineSnapshot(`
    "volume.create:backend (not found)
    instance.create:backend (not found)
        after volume.create:backend
    instance.start:backend (created)
        after instance.create:backend
    volume.create:frontend (not found)
    instance.create:frontend (not found)
        after volume.create:frontend
    instance.start:frontend (created)
        after instance.create:frontend
    gate.start:test:….1 (no verdict on main yet)
        on base···
    . setup npm ci: is not kept: it leaves a secret in home/.npmrc; each runs its own
    = working"
  `);
  const failed = { kind: "setup-failed", exitCode: 1, output: "401" } as const;
  expect(planned(bare(aRun({ result: failed, createdAtMs: nowMs })))).toContain("instance.create:backend (not found)");
  expect(planned(bare(aRun({ result: failed })))).toMatchInlineSnapshot(`
    "setup.remove:<hash> (it failed and is tried again)
    . instance backend: waits for its setup, which runs once for backend, frontend, gate test
    . instance frontend: waits for its setup, which runs once for backend, frontend, gate test
    = working"
  `);
  const ordered = bare(aRun({ result: failed }), anOrder("login.1.1", "backend"));
  expect(planned(ordered)).toContain("instance.create:backend (not found)");
});

test("what is there is neither replaced nor held up by an image that comes or changes", () => {
  const made = { ...npm, container: { ...container, imageId } };
  const idle = aProject(
    aCrew(aRole("backend", made), aRole("frontend", made)),
    withBeads(aBead("login", { labels: ["backend"] })),
  );
  for (const setups of [{}, aRun({ running: true }), { images: new Map([[hash, { isOwn: true }]]) }]) {
    expect(planned(withSetups(setups)(idle))).toMatch(/instance backend: up to date\n. instance frontend: up to date/);
  }
});

test("nothing is made where nobody would start from it: one role alone, without a key, with nothing left to do, without containers", () => {
  const alone = aCrew(aRole("backend", npm));
  const keyless = aCrew(aRole("backend", { ...npm, setupKey: [] }), aGate("test", { ...npm, setupKey: [] }));
  for (const each of [alone, keyless]) {
    const world = withSetups()(aProject(each, withRuntime({ instances: new Map(), volumes: new Set() })));
    expect(planned(world, each)).toContain("instance.create:backend (not found)");
    expect(planned(world, each)).not.toContain("setup");
  }
  expect(planned(withSetups()(aProject(crew)))).not.toContain("setup.start");
  const without = withRuntime({ instances: new Map(), volumes: new Set() })(aProject(crew));
  expect(planned(without)).toContain("instance.create:backend (not found)");
});

test("what it may depend on tells it from others: text, files, image, user, variables, secrets by name", () => {
  const digest = (value: string) => [{ name: "T", digest: value, file: "/run/secrets/T", readers: ["setup"] }];
  const others = [
    hashOf({ setup: "npm i" }),
    hashOf({}, new Map([["package-lock.json", oid("other")]])),
    hashOf({}, new Map()),
    hashOf({ container: { ...container, imageId: "sha256:bbbb" } }),
    hashOf({ container: { ...container, imageId, user: "dev" } }),
    hashOf({ environment: { LEVEL: "debug" } }),
    hashOf({ secrets: digest("a") }),
  ];
  expect(new Set([hash, ...others]).size).toBe(8);
  expect(hashOf({ secrets: digest("a") })).toBe(hashOf({ secrets: digest("b") }));
  // An agent's secrets are nothing to its setup; nor are limits.
  expect(hashOf({ secrets: [{ name: "T", file: "/run/secrets/T", readers: ["agent"] }] })).toBe(hash);
  expect(hashOf({ container: { ...container, imageId, cpus: 1 } })).toBe(hash);
  expect(hashOf({ container: { ...container, imageId, networks: [] } })).toBe("none");
});

test("down clears runs away, and leaves images to whoever comes next", () => {
  const images = new Map([[hash, { isOwn: true }]]);
  const world = withSetups({ ...aRun({ running: true }), images })(aProject(crew));
  expect(downText(world)).toContain(`setup.remove:${hash.slice(0, 12)} (down)`);
  expect(downText(world)).not.toContain("image.");
});
