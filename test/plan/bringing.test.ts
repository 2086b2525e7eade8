// What `crew build` and `crew pull` bring, and for whom: each image once, under the name that `crew up` looks for.
import { expect, test } from "vitest";
import type { BuildSpec } from "../../src/model/build.ts";
import type { ContainerSpec } from "../../src/model/container.ts";
import { type Bringing, layersOf, pullsOf, sourcesOf, unbuildable } from "../../src/plan/bringing.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";

const limits = { cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false };
const from = (image: string, more: Partial<ContainerSpec> = {}): ContainerSpec => ({ image, ...limits, ...more });
const service = (name: string, image: string) => ({ name, container: from(image), environment: {}, needs: [] });
const build: BuildSpec = { context: "/src/shop/image", dockerfile: { path: "/src/shop/image/Dockerfile" } };
const layer: BuildSpec = { dockerfile: { text: "FROM sha256:1\n" }, layer: { adds: "git", on: "node:24" } };

const crew = aCrew(
  aRole("api", { container: from("crew-build:api"), services: [service("db", "postgres:17")] }),
  aRole("web", {
    container: from("node:24", { layer: { image: "crew-build:git", adds: "git" } }),
    services: [service("db", "postgres:17"), service("cache", "redis:8")],
  }),
  aGate("test", { container: from("crew-build:api") }),
  aGate("lint", { container: from("lint:1"), pull: "never" }),
  settings({ runtime: "docker", builds: { "crew-build:api": build, "crew-build:git": layer } }),
);
const nothing: Bringing = { crew, images: new Map() };
const everything: Bringing = {
  crew,
  images: new Map(["crew-build:api", "node:24", "postgres:17", "redis:8", "lint:1"].map((name) => [name, "sha256:1"])),
};

const words = (operations: ReturnType<typeof pullsOf>) => operations.map(({ id, cause }) => `${id} (${cause})`);

test("built is what the file has the sources of, also where it is there; pulled is what crew adds to", () => {
  const own = "image.build:crew-build:api (for api, gate test)";
  expect(words(sourcesOf(nothing, { anew: false }))).toEqual([own, "image.pull:node:24 (for web)"]);
  expect(words(sourcesOf(everything, { anew: false }))).toEqual([own]);
  expect(words(sourcesOf(everything, { anew: true }))).toEqual([own, "image.pull:node:24 (for web)"]);
  expect(words(layersOf(everything))).toEqual(["image.build:crew-build:git (for web)"]);
});

test("of named roles it is theirs alone, and no gate's", () => {
  expect(words(sourcesOf({ ...nothing, roles: ["api"] }, { anew: false }))).toEqual([
    "image.build:crew-build:api (for api)",
  ]);
  expect(words(layersOf({ ...everything, roles: ["api"] }))).toEqual([]);
  expect(words(pullsOf({ ...nothing, roles: ["api"] }, { missing: false }))).toEqual([
    "image.pull:postgres:17 (for service db)",
  ]);
});

test("pulled is what is not built, unless it is never to be; or what is not there alone", () => {
  const all = [
    "image.pull:postgres:17 (for service db)",
    "image.pull:node:24 (for web)",
    "image.pull:redis:8 (for service cache)",
  ];
  expect(words(pullsOf(nothing, { missing: false }))).toEqual(all);
  expect(words(pullsOf(everything, { missing: false }))).toEqual(all);
  expect(words(pullsOf(nothing, { missing: true }))).toEqual(all);
  expect(words(pullsOf(everything, { missing: true }))).toEqual([]);
});

test("who cannot run in their image is named: it is never to be pulled, or lacks what crew cannot add", () => {
  const reasons = (bringing: Bringing, has: readonly string[]) => {
    const looks = new Map([["sha256:1", { has, user: "", bin: "/usr/bin" }]]);
    const seen = { repository: { id: "r" }, runtime: { looks } };
    return unbuildable(bringing, { world: seen }).map(({ reason }) => reason);
  };
  expect(reasons(nothing, [])).toEqual([
    "gate lint has no image to run in: lint:1 is not on the engine, and is never to be pulled",
  ]);
  expect(reasons(everything, ["sh", "git"])).toEqual([]);
  const seen = aCrew(aRole("web", { container: from("node:24", { imageId: "sha256:1" }) }));
  expect(reasons({ ...everything, crew: seen }, ["sh"])).toEqual([
    "web has no image to run in: node:24 has no git, and none of apt-get, apk, dnf, microdnf, yum to bring it",
  ]);
});
