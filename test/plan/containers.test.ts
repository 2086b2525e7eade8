// Instances that are containers: what counts as drift, when an image is pulled, and what is never replaced in the middle.
import { expect, test } from "vitest";
import { contentHash } from "../../src/model/content.ts";
import type { Instance, RuntimeState } from "../../src/model/world.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { anInstance, aProject, withRuntime } from "../builders/world.ts";

const container = { image: "node:24", cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false };
const made = { ...container, imageId: "sha256:aaaa" };
const environment = { LEVEL: "debug" };
const crew = aCrew(aRole("backend", { container, environment }));

const asMade = new Map([["node:24", "sha256:aaaa"]]);

function planned(given: Partial<Instance>, images = asMade, seen: Partial<RuntimeState> = {}): string {
  const instance = anInstance("backend", { spec: { role: "backend", environment, container: made }, ...given });
  const text = planText(crew, withRuntime({ images, ...seen })(aProject(crew, instance)));
  return text
    .split("\n")
    .filter((line) => /backend|image/.test(line))
    .join("\n");
}

test("the same image is no drift, another one of the same name is", () => {
  expect(planned({})).toBe(". instance backend: up to date");
  expect(planned({}, new Map([["node:24", "sha256:bbbb"]]))).toContain(
    "instance.stop:backend (image: node:24 (aaaa) → node:24 (bbbb); branch and work kept)",
  );
});

test("what it was made from counts by its hash, whatever the agent left of its environment", () => {
  const spec = { role: "backend", environment: {}, container: made };
  const specHash = contentHash({ ...spec, environment });
  expect(planned({ spec, specHash })).toBe(". instance backend: up to date");
  expect(planned({ spec, specHash: "other" })).toContain("environment.LEVEL: (unset) → debug");
});

test("a mailbox that cannot be read is a person's, not a reason to replace what runs", () => {
  expect(planned({ mail: "unreadable" }, new Map([["node:24", "sha256:bbbb"]]))).toMatch(
    /^! broken backend: backend cannot work: its mailbox cannot be read/,
  );
});

test("where no mailbox was read, what drifted is to be replaced, and what did not is left", () => {
  const left = { isMailLeft: true } as const;
  const drifted = new Map([["node:24", "sha256:bbbb"]]);
  expect(planned({ mail: "unreadable" }, asMade, left)).toBe("");
  expect(planned({ mail: "unreadable" }, drifted, left)).toContain("instance.stop:backend (image: node:24 (aaaa) →");
  expect(planned({ mail: "unreadable", running: false }, asMade, left)).toBe("instance.start:backend (not running)");
});

test("an image that is gone keeps what runs, and is pulled before anything that drifted is stopped", () => {
  expect(planned({}, new Map())).toBe(". instance backend: up to date");
  const drifted = { role: "backend", environment: {}, container: made };
  expect(planned({ spec: drifted }, new Map())).toBe("image.pull:node:24 (backend is to be replaced)");
});
