// When images are pulled: where they are missing, once for each up although they are there, or never.
import { expect, test } from "vitest";
import type { PullPolicy } from "../../src/model/crew.ts";
import type { PlanOptions } from "../../src/plan/context.ts";
import { plan } from "../../src/plan/plan.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { anInstance, aProject, withRuntime } from "../builders/world.ts";

const container = { image: "node:24", cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false };
const made = { role: "backend", environment: {}, container: { ...container, imageId: "sha256:1" } };

interface Given {
  readonly pull?: PullPolicy;
  readonly isThere?: boolean;
  readonly isUp?: boolean;
  readonly options?: Partial<PlanOptions>;
}

/** What is planned of images, instances and gates, and who is needed. */
function planned({ pull, isThere = false, isUp = false, options = {} }: Given): readonly string[] {
  const own = { container, ...(pull && { pull }) };
  const crew = aCrew(aRole("backend", own), aGate("test", own));
  const world = withRuntime({
    images: new Map(isThere ? [["node:24", "sha256:1"]] : []),
    ...(!isUp && { instances: new Map() }),
  })(aProject(crew, anInstance("backend", { spec: made })));
  const { operations, attention } = plan(crew, world, { startedAtMs: 0, allowRedBase: false, ...options });
  return [
    ...operations.flatMap(({ id, cause }) =>
      /^image/.test(id) ? [`${id} (${cause})`] : /^(instance|gate)/.test(id) ? [id.slice(0, 23)] : [],
    ),
    ...attention.flatMap(({ kind, reason, commands }) =>
      kind === "no-image" ? [`! ${reason}: ${commands.join(", ")}`] : [],
    ),
  ];
}

const isUp = true;
const isThere = true;
const refresh = { pulls: ["node:24"], builds: false, done: [] };
const begins = ["instance.create:backend", "instance.start:backend", "gate.start:test:xxxxxxxx"];
const short = (ids: readonly string[]) =>
  ids.map((id) => id.replace(/^gate\.start:test:.*/, "gate.start:test:xxxxxxxx"));
const noImage = (who: string) =>
  `! ${who} has no image to run in: node:24 is not on the engine, and is never to be pulled: docker pull node:24, crew up --pull missing`;

test.each<readonly [string, Given, readonly string[]]>([
  ["missing: it is brought", {}, ["image.pull:node:24 (not on the engine)"]],
  ["missing, and it is there", { isThere }, begins],
  ["never, and it is there", { pull: "never", isThere }, begins],
  ["never, and it is not there", { pull: "never" }, [noImage("backend"), noImage("gate test")]],
  [
    "never in the file, missing typed",
    { pull: "never", options: { pull: "missing" } },
    ["image.pull:node:24 (not on the engine)"],
  ],
  ["never typed", { options: { pull: "never" } }, [noImage("backend"), noImage("gate test")]],
  ["never, and what was made of it runs", { pull: "never", isUp }, [noImage("gate test")]],
  ["always, and it is there", { isThere, options: { refresh } }, ["image.pull:node:24 (once for each crew up)"]],
  ["always, what runs", { isThere, isUp, options: { refresh } }, ["image.pull:node:24 (once for each crew up)"]],
  ["always, brought", { isThere, options: { refresh: { ...refresh, done: ["node:24"] } } }, begins],
])("%s", (_what, given, expected) => {
  expect(short(planned(given))).toEqual(expected);
});
