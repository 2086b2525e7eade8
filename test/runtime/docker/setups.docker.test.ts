// Setups on a real engine: what is kept as an image and how it comes back, and what never is.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SetupRun } from "../../../src/model/world.ts";
import type { NewSetup } from "../../../src/ports/setups.ts";
import { aSecret } from "../../builders/secret.ts";
import { collect, until } from "../contract.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close(), 60_000);

const never = new AbortController().signal;

async function started(run: string, more: Partial<NewSetup> = {}): Promise<string> {
  const { container, runtime, start } = harness;
  if (!container) throw new Error("a docker harness has a container");
  const { Id } = await harness.engine.getImage(container.image).inspect();
  const hash = Buffer.from(`${harness.project}${run}`).toString("hex").padEnd(64, "0").slice(-32);
  await runtime.setups?.start({
    ...{ hash, run, key: ["a.txt"], commit: start, timeoutSeconds: 60, environment: { LEVEL: "debug" }, secrets: [] },
    container: { ...container, imageId: Id },
    ...more,
  });
  return hash;
}

async function ended(hash: string): Promise<SetupRun["result"]> {
  return await until(`the end of setup ${hash}`, async () => {
    const seen = await harness.runtime.observe({ images: [harness.container?.image ?? ""] });
    return seen.setups?.runs.get(hash)?.result;
  });
}

async function judged(run: string, warm: string, setup: string): Promise<string> {
  const { runtime, start, container } = harness;
  const key = `${warm.slice(0, 8)}.1`;
  const gate = { key, gate: "test", commit: start, run, setup, setupKey: ["a.txt"], warm, timeoutSeconds: 60 };
  await runtime.startGate({ ...gate, environment: {}, ...(container && { container }) });
  const result = await until("the end of the gate", async () => (await runtime.observe()).gates.get(key)?.result);
  const log = await collect(runtime.logs("gate:test", { follow: false, signal: never }));
  await runtime.removeGate(key);
  return [`exit ${result.exitCode}`, ...log.map((line) => line.replace(/, \d{4}-.* ---/, " ---"))].join("\n");
}

test("what it made comes back as it was; another setup, or where its image is gone, runs", async () => {
  const run = `mkdir -p made/deep && echo x >made/deep/f && chmod 500 made/deep && ln -s deep/f made/link && echo $LEVEL >"$HOME/level"
    printf '#!/bin/sh\\necho runs\\n' >made/tool && chmod 755 made/tool && ln -s /nowhere made/dangling && date +%s%N >made/when`;
  const hash = await started(run);
  expect(await ended(hash)).toEqual({ kind: "exited", exitCode: 0, output: "" });
  const { runtime, engine, project } = harness;
  await runtime.setups?.keep(hash);
  await runtime.setups?.keep(hash);
  const seen = await runtime.observe({ images: [harness.container?.image ?? ""] });
  expect(seen.setups?.images).toEqual(new Map([[hash, { isOwn: true }]]));
  await runtime.setups?.remove(hash);
  await runtime.setups?.remove(hash);
  expect(await engine.listImages({ filters: { label: [`dev.crew.project=${project}`], dangling: ["true"] } })).toEqual(
    [],
  );

  const look = `stat -c '%n %a %F' made/deep made/deep/f made/tool made/link made/dangling; readlink made/dangling; cat made/link "$HOME/level"; made/tool`;
  const warm = await judged(`${look}; git status --porcelain`, hash, run);
  expect(warm).toMatchInlineSnapshot(`
    "exit 0
    --- crew: setup, gate, taken from the image: it ran there on the same files ---
    --- crew: gate, gate ---
    made/deep 500 directory
    made/deep/f 644 regular file
    made/tool 755 regular file
    made/link 777 symbolic link
    made/dangling 777 symbolic link
    /nowhere
    x
    debug
    runs
    ?? made/"
  `);
  // Another text is another setup.
  expect(await judged("test ! -e made", hash, "true")).toMatchInlineSnapshot(`
    "exit 0
    --- crew: setup, gate ---
    --- crew: gate, gate ---"
  `);

  // Gone between look and start, nobody misses it.
  await runtime.setups?.forget(hash);
  await runtime.setups?.forget(hash);
  expect(await judged("cat made/link", hash, run)).toMatchInlineSnapshot(`
    "exit 0
    --- crew: setup, gate ---
    --- crew: gate, gate ---
    x"
  `);
}, 120_000);

test("it is not kept where it does more than make files, leaves a secret, or fails; the words say why", async () => {
  const value = "t0p s3cret";
  const secrets = [{ ...aSecret("TOKEN", value), file: "/run/secrets/TOKEN", readers: ["setup"] as const }];
  const runs: Readonly<Record<string, string>> = {
    "it changes a file that git tracks: a.txt": "echo two >a.txt",
    "it changes more of its clone than files": "git config core.hooksPath .husky",
    "it leaves a secret in home/.npmrc": 'echo "//registry/:_authToken=$TOKEN" >"$HOME/.npmrc"',
    "it leaves a secret in work/made/deep/f": 'mkdir -p made/deep && printf "a\\0%s\\0" "$TOKEN" >made/deep/f',
    'it makes a file of an odd name: "two\\nlines"': "touch \"$(printf 'two\\nlines')\"",
    "registry says 401": "echo registry says 401; exit 3",
    "": 'echo "$TOKEN"; echo "$TOKEN" >/tmp/x; cat /run/secrets/TOKEN >.git/../a && rm a',
  };
  const hashes = await Promise.all(
    Object.values(runs).map(async (run) => [run, await started(run, { secrets })] as const),
  );
  const results = await Promise.all(hashes.map(async ([run, hash]) => [run, await ended(hash)] as const));
  const words = new Map(results.map(([run, result]) => [run, result]));
  expect(Object.values(runs).map((run) => words.get(run)?.output.trim())).toEqual(Object.keys(runs));
  expect([...words.values()].map((result) => `${result?.kind} ${result?.exitCode}`)).toEqual([
    ...Array(5).fill("exited 1"),
    "setup-failed 3",
    "exited 0",
  ]);
}, 120_000);

test("an image that cannot be made is what the run came to", async () => {
  const hash = await started("echo x >made");
  await ended(hash);
  const full = { statusCode: 500, json: { message: "write /made: no space left on device" } };
  const { engine } = harness;
  const real = engine.getContainer.bind(engine);
  engine.getContainer = (id) => Object.assign(real(id), { commit: () => Promise.reject(full) });
  await harness.runtime.setups?.keep(hash);
  expect(await ended(hash)).toEqual({
    kind: "exited",
    exitCode: 1,
    output: "its image cannot be made: no space is left on the engine's disk: write /made: no space left on device\n",
  });
}, 60_000);
