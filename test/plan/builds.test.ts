// Images that are built: once for all that are made of them, before anything is stopped for them, and shown as what changed.
import { expect, test } from "vitest";
import type { BuildSpec } from "../../src/model/build.ts";
import { buildPlaceholder, builtName } from "../../src/model/built-name.ts";
import type { Images } from "../../src/model/images.ts";
import { instanceSpec } from "../../src/model/spec.ts";
import { plan } from "../../src/plan/plan.ts";
import { planText as printed } from "../../src/ui/plan-text.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { anInstance, aProject, withRuntime } from "../builders/world.ts";

const build: BuildSpec = { context: "/src/shop", dockerfile: { path: "/src/shop/Dockerfile" } };
const image = buildPlaceholder(build);
const container = { image, cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false };
const crew = aCrew(
  aRole("backend", { container }),
  aRole("frontend", { container }),
  aGate("test", { container }),
  (each) => ({ ...each, builds: { [image]: build } }),
);
const nameOf = (content: string) => builtName(build, { repositoryId: "r", content });
const [old, now] = [nameOf("1"), nameOf("2")];

const seen = (images: Images, name = now) =>
  withRuntime({ images, builtNames: new Map([[image, name]]), instances: new Map() })(aProject(crew));

function made(role: string, name: string, more: Parameters<typeof anInstance>[1] = {}) {
  const spec = instanceSpec({
    ...crew.roles[0],
    name: role,
    container: { ...container, image: name, imageId: "sha256:1" },
  } as never);
  return anInstance(role, { spec, ...more });
}

const lines = (text: string) =>
  text
    .split("\n")
    .filter((line) => /backend|frontend|image|gate/.test(line))
    .join("\n");

test("is built once for two roles and a gate", () => {
  expect(lines(planText(crew, seen(new Map())))).toMatchInlineSnapshot(
    `"image.build:crew-build:90b3b43b19dc37f575009516 (not on the engine)"`,
  );
});

test("another content is built first; then what runs is replaced, and what is at work after its turn", () => {
  const atWork = {
    mail: { status: { phase: "working", turn: 1, sinceMs: 0, detail: "", fruitless: 0 }, inbox: [], outbox: [] },
  } as const;
  const world = (images: Images) =>
    withRuntime({ images, builtNames: new Map([[image, now]]) })(
      aProject(crew, made("backend", old), made("frontend", old, atWork)),
    );
  expect(lines(planText(crew, world(new Map())))).toMatchInlineSnapshot(
    `"image.build:crew-build:90b3b43b19dc37f575009516 (build: content changed; backend is to be replaced)"`,
  );
  const after = world(new Map([[now, "sha256:2"]]));
  expect(lines(planText(crew, after))).toMatchInlineSnapshot(`
    "instance.stop:backend (build: content changed; branch and work kept)
    instance.remove:backend (build: content changed; branch and work kept)
        after instance.stop:backend
    instance.create:backend (build: content changed; branch and work kept)
        after instance.remove:backend
    instance.start:backend (build: content changed; branch and work kept)
        after instance.create:backend
    gate.start:test:….1 (no verdict on main yet)
    . instance frontend: build: content changed; branch and work kept; replaced after its turn"
  `);
  const planned = plan(crew, after, { startedAtMs: 0, allowRedBase: false });
  expect(printed(planned, { width: 120, color: false, instances: after.runtime.instances } as never)).toContain(
    "~ build: content changed  # replaces the instance; branch and work kept",
  );
});

test("an image that is gone, its content the same, keeps what runs; built anew it replaces it", () => {
  const world = (images: Images) =>
    withRuntime({ images, builtNames: new Map([[image, old]]) })(
      aProject(crew, made("backend", old), made("frontend", old)),
    );
  expect(lines(planText(crew, world(new Map())))).toMatchInlineSnapshot(`
    "image.build:crew-build:9ccbba728e386fce08563a03 (gate test is to run in it)
    . instance backend: up to date
    . instance frontend: up to date"
  `);
  expect(lines(planText(crew, world(new Map([[old, "sha256:2"]]))))).toMatchInlineSnapshot(`
    "instance.stop:backend (build: built anew; branch and work kept)
    instance.remove:backend (build: built anew; branch and work kept)
        after instance.stop:backend
    instance.create:backend (build: built anew; branch and work kept)
        after instance.remove:backend
    instance.start:backend (build: built anew; branch and work kept)
        after instance.create:backend
    instance.stop:frontend (build: built anew; branch and work kept)
    instance.remove:frontend (build: built anew; branch and work kept)
        after instance.stop:frontend
    instance.create:frontend (build: built anew; branch and work kept)
        after instance.remove:frontend
    instance.start:frontend (build: built anew; branch and work kept)
        after instance.create:frontend
    gate.start:test:….1 (no verdict on main yet)"
  `);
});

test("a context that cannot be read is said by its build", () => {
  expect(
    lines(planText(crew, withRuntime({ images: new Map(), instances: new Map() })(aProject(crew)))),
  ).toMatchInlineSnapshot(`"image.build:crew-build:unseen-32b485d415c51dfc (not on the engine)"`);
});
