// Images that are built on the real engine: named by their content, never built twice, and of a failure its last words.
import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BuildSpec } from "../../../src/model/build.ts";
import { buildPlaceholder } from "../../../src/model/built-name.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
const built = new Set<string>();
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(async () => {
  for (const name of built)
    await harness.engine
      .getImage(name)
      .remove({ force: true })
      .catch(() => undefined);
  built.clear();
  await harness.close();
});

type Files = Readonly<Record<string, string>>;

/** A context with these files, of which the file `Dockerfile` is the Dockerfile. */
function aContext(files: Files): BuildSpec & { readonly context: string } {
  const context = join(harness.root, "context");
  for (const [name, text] of Object.entries(files)) write(join(context, name), text);
  return { context, dockerfile: { path: join(context, "Dockerfile") } };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function nameOf(build: BuildSpec, runtime = harness.again()): Promise<string> {
  const placeholder = buildPlaceholder(build);
  const { builtNames } = await runtime.observe({ images: [], builds: { [placeholder]: build } });
  return builtNames?.get(placeholder) ?? "";
}

async function isThere(build: BuildSpec): Promise<boolean> {
  const placeholder = buildPlaceholder(build);
  const { builtNames, images } = await harness.again().observe({ images: [], builds: { [placeholder]: build } });
  return images?.has(builtNames?.get(placeholder) ?? "") === true;
}

async function make(build: BuildSpec): Promise<string> {
  const runtime = harness.again();
  const image = await nameOf(build, runtime);
  built.add(image);
  await runtime.buildImage({ image, build });
  return image;
}

/** What a command prints in the image. */
async function printed(image: string, command: string): Promise<string> {
  const name = `${harness.project}-print`;
  const container = await harness.engine.createContainer({ name, Image: image, Cmd: ["sh", "-c", command], Tty: true });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true })).toString().replaceAll("\r", "").trim();
  } finally {
    await container.remove({ force: true });
  }
}

const base = "FROM crew-test-tiny:busybox\n";

test("is there once it is built, under a name made of its content alone", async () => {
  const build = aContext({ Dockerfile: `${base}COPY a /a\n`, a: "1\n" });
  expect(await isThere(build)).toBe(false);
  const image = await make(build);
  expect(image).toMatch(/^crew-build:[0-9a-f]{24}$/);
  expect(await isThere(build)).toBe(true);
  const { Config } = await harness.engine.getImage(image).inspect();
  expect(Config.Labels).toMatchObject({ "dev.crew.kind": "build", "dev.crew.repository": expect.any(String) });
  utimesSync(join(build.context, "a"), 1, 1);
  expect(await nameOf(build)).toBe(image);
  write(join(build.context, "a"), "2\n");
  expect(await nameOf(build)).not.toBe(image);
  write(join(build.context, "a"), "1\n");
  expect(await nameOf(build)).toBe(image);
});

test.each<readonly [string, (context: string) => void]>([
  ["the Dockerfile", (context) => write(join(context, "Dockerfile"), `${base}COPY a /b\n`)],
  ["a file's content, its size the same", (context) => write(join(context, "a"), "2\n")],
  ["a file's mode", (context) => chmodSync(join(context, "a"), 0o755)],
  ["a file's name", (context) => write(join(context, "folder", "b"), "")],
  ["a link", (context) => symlinkSync("a", join(context, "link"))],
  [".dockerignore", (context) => write(join(context, ".dockerignore"), "nothing\n")],
])("another content is another image: %s", async (_what, change) => {
  const build = aContext({ Dockerfile: `${base}COPY a /a\n`, a: "1\n" });
  const before = await nameOf(build);
  change(build.context);
  expect(await nameOf(build)).not.toBe(before);
});

test.each<readonly [string, Partial<BuildSpec>]>([
  ["args", { args: { A: "1" } }],
  ["target", { target: "dev" }],
  ["labels", { labels: { a: "b" } }],
  ["platform", { platform: "linux/amd64" }],
  ["an inline Dockerfile", { dockerfile: { text: base } }],
])("another way to build is another image: %s", async (_what, more) => {
  const build = aContext({ Dockerfile: base });
  expect(await nameOf({ ...build, ...more })).not.toBe(await nameOf(build));
});

test("what .dockerignore hides is not sent, and does not count", async () => {
  const build = aContext({
    Dockerfile: `${base}COPY . /all\n`,
    ".dockerignore": "# hidden\n*.log\nsecret\n!secret/but-this\nDockerfile\n",
    "a.log": "1",
    kept: "1",
    "secret/not-this": "1",
    "secret/but-this": "1",
    ".git/HEAD": "1",
    ".beads/issues.jsonl": "1",
  });
  symlinkSync("/etc/passwd", join(build.context, "outside"));
  const image = await make(build);
  expect(await printed(image, "cd /all && find . ! -name . | sort; readlink outside")).toBe(
    ["./.dockerignore", "./kept", "./outside", "./secret", "./secret/but-this", "/etc/passwd"].join("\n"),
  );
  write(join(build.context, "secret/not-this"), "2");
  write(join(build.context, ".git/HEAD"), "2");
  expect(await nameOf(build)).toBe(image);
  write(join(build.context, "secret/but-this"), "2");
  expect(await nameOf(build)).not.toBe(image);
});

test("takes a Dockerfile from outside of the context, or from the file itself, and shows it to no COPY", async () => {
  const build = aContext({ "files/a": "1", "files/Dockerfile": "not this" });
  const context = join(build.context, "files");
  write(join(build.context, "Dockerfile"), `${base}COPY . /all\nLABEL from=outside\n`);
  const outside = await make({ ...build, context });
  const inline = await make({ context, dockerfile: { text: `${base}COPY . /all\nLABEL from=inline\n` } });
  for (const [image, from] of [
    [outside, "outside"],
    [inline, "inline"],
  ] as const) {
    const { Config } = await harness.engine.getImage(image).inspect();
    expect({ from: Config.Labels.from, files: await printed(image, "ls -A1 /all") }).toEqual({
      from,
      files: "Dockerfile\na",
    });
  }
});

test("takes arguments, a stage, labels, hosts and further names", async () => {
  const more = `${harness.project}-more:1`;
  built.add(more);
  const build = aContext({
    Dockerfile: [
      "FROM crew-test-tiny:busybox AS first",
      "ARG WHO",
      'RUN echo "$WHO" > /who; grep -c built.test /etc/hosts > /hosts',
      base,
    ].join("\n"),
  });
  const image = await make({
    ...build,
    args: { WHO: "crew" },
    target: "first",
    labels: { mine: "yes" },
    extraHosts: ["built.test:127.0.0.1"],
    tags: [more],
  });
  const { Id, Config } = await harness.engine.getImage(image).inspect();
  expect({ label: Config.Labels.mine, same: (await harness.engine.getImage(more).inspect()).Id === Id }).toEqual({
    label: "yes",
    same: true,
  });
  expect(await printed(image, "cat /who /hosts")).toBe("crew\n1");
});

test("a step that fails says which, and its last words; mended, the same goes on", async () => {
  const build = aContext({ Dockerfile: `${base}RUN echo one; echo two; exit 7\n` });
  await expect(make(build)).rejects.toMatchObject({
    code: "needs-you",
    message:
      "Step 2/4 : RUN echo one; echo two; exit 7 failed: The command '/bin/sh -c echo one; echo two; exit 7' returned a non-zero code: 7\n  one\n  two",
    hint: "Mend the Dockerfile or what it needs, then crew up",
  });
  expect(await isThere(build)).toBe(false);
  write(join(build.context, "Dockerfile"), `${base}RUN echo one\n`);
  await make(build);
  expect(await isThere(build)).toBe(true);
});

test("a base image that is not to be had, and a Dockerfile that is none", async () => {
  const none = aContext({ Dockerfile: "FROM 127.0.0.1:1/crew-test-none:1\n" });
  await expect(make(none)).rejects.toMatchObject({
    code: "needs-you",
    message: expect.stringMatching(/^Step 1\/3 : FROM 127\.0\.0\.1:1\/crew-test-none:1 failed: .*connection refused/),
  });
  write(join(none.context, "Dockerfile"), "FRMO scratch\n");
  await expect(make(none)).rejects.toMatchObject({ message: expect.stringMatching(/unknown instruction: FRMO/) });
});

test("a context that changed since it was looked at gets no name", async () => {
  const build = aContext({ Dockerfile: `${base}COPY a /a\n`, a: "1" });
  const image = await nameOf(build);
  built.add(image);
  write(join(build.context, "a"), "2");
  await expect(harness.again().buildImage({ image, build })).rejects.toMatchObject({ code: "conflict" });
  expect(await isThere(build)).toBe(false);
  write(join(build.context, "a"), "1");
  expect(await isThere(build)).toBe(false);
});

test("is broken off with its signal, and leaves no container", async () => {
  const build = aContext({ Dockerfile: `${base}RUN sleep 60\n` });
  const image = await nameOf(build);
  const breaking = new AbortController();
  const working = harness.again().buildImage({ image, build }, { signal: breaking.signal });
  const sleeping = async () =>
    (await harness.engine.listContainers({ all: true })).filter(({ Command }) => Command.includes("sleep 60")).length;
  await expect.poll(sleeping, { timeout: 30_000 }).toBe(1);
  breaking.abort();
  await expect(working).rejects.toMatchObject({ message: "The build was broken off." });
  await expect.poll(sleeping, { timeout: 30_000 }).toBe(0);
  expect(await isThere(build)).toBe(false);
});

test("a context that cannot be read has no name, and says what is missing", async () => {
  const build = aContext({ Dockerfile: base });
  rmSync(join(build.context, "Dockerfile"));
  expect(await nameOf(build)).toBe("");
  await expect(harness.again().buildImage({ image: buildPlaceholder(build), build })).rejects.toMatchObject({
    code: "needs-you",
    message: `What an image is built from is not there: ${join(build.context, "Dockerfile")}`,
  });
});
