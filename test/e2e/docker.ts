// The scratch repository whose project runs on the machine's engine, under a name that nobody else there has. Leaves nothing
// behind, and says what crew would have left.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import Dockerode from "dockerode";
import { expect } from "vitest";
import type { Bench } from "./bench.ts";
import { endOf } from "./end.ts";
import type { Outcome } from "./outcome.ts";
import { aStory, storyFile } from "./story.ts";

const testImage = "crew-test-base:bookworm";

export interface DockerBench extends Bench {
  readonly project: string;
  readonly engine: Dockerode;
}

/** The file of a process crew for the engine. */
export function dockerFile(file: string, image = testImage): string {
  return file
    .trimStart()
    .replace("runtime: process", "runtime: docker")
    .replace("defaults:\n", `defaults:\n  image: ${image}\n`);
}

export function aDockerStory(files: Readonly<Record<string, string>> = {}): DockerBench {
  return onEngine(aStory({ "crew.yaml": dockerFile(storyFile), ...files }));
}

/** One role has a service of its own, which is healthy after a moment. */
export function aServiceStory(): DockerBench {
  const services = `services:
  db:
    image: crew-test-tiny:busybox
    command: [sh, -c, "touch /tmp/up; exec sleep 3600"]
    healthcheck: {test: test -e /tmp/up, interval: 200ms}
    stop_grace_period: 0s
    volumes: ["data:/data"]
volumes: {data: }
`;
  const file = dockerFile(storyFile).replace("writer: {}", "writer: {services: [db]}");
  return aDockerStory({ "crew.yaml": `${file}${services}` });
}

/** In an image that is built from a folder of the repository. */
export function aBuildStory(): DockerBench {
  const build = `build: {context: image, labels: {crewtest: "\${CREW_PROJECT_NAME}"}}`;
  const bench = aDockerStory({
    "crew.yaml": dockerFile(storyFile).replace(/image: .*/, () => build),
    "image/Dockerfile": `FROM ${testImage}\nRUN echo built > /built\n`,
  });
  return { ...bench, remove: () => removeWithImages(bench) };
}

/** Images that were built with the label `crewtest`, the newest first. */
export function imagesOf({ project }: DockerBench): readonly string[] {
  const ids = docker("image", "ls", "-q", "--no-trunc", "--filter", `label=crewtest=${project}`).split("\n");
  return [...new Set(ids.filter((id) => id !== ""))];
}

export function removeWithImages(bench: DockerBench): void {
  const ids = imagesOf(bench);
  bench.remove();
  removeImages(ids);
}

/** Those of one second are in no order: one that others are built on goes after them. */
function removeImages(ids: readonly string[]): void {
  const left = ids.filter((id) => {
    try {
      docker("image", "rm", "-f", id);
      return false;
    } catch (error) {
      if (!String(error).includes("has dependent child images")) throw error;
      return true;
    }
  });
  if (left.length === 0) return;
  if (left.length === ids.length) throw new Error(`images are left that others are built on: ${left.join(" ")}`);
  removeImages(left);
}

/** Under a name that nobody else has on the engine: the machine's, or the one at the socket. */
export function onEngine(bench: Bench, socket?: string): DockerBench {
  const project = `crewtest${randomBytes(4).toString("hex")}`;
  Object.assign(bench.environment, { CREW_PROJECT_NAME: project, ...(socket && { DOCKER_HOST: `unix://${socket}` }) });
  const remove = () => {
    bench.remove();
    removeLeft(project, socket ? dockerAt(socket) : docker);
  };
  return { ...bench, project, engine: socket ? new Dockerode({ socketPath: socket }) : new Dockerode(), remove };
}

export async function endOfDocker(bench: Bench): Promise<Outcome> {
  const { project, engine } = bench as DockerBench;
  expect(await leftOf(engine, project)).toEqual([]);
  return endOf(bench, project);
}

/** Kind and name of everything of the project's on the engine, by its labels and by its names. */
export async function leftOf(engine: Dockerode, project: string): Promise<readonly string[]> {
  const containers = await engine.listContainers({ all: true });
  const { Volumes } = await engine.listVolumes();
  const networks = await engine.listNetworks();
  const all = [
    ...containers.map(({ Names }) => `container ${Names[0]?.slice(1)}`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...networks.map(({ Name }) => `network ${Name}`),
  ];
  return all.filter((each) => each.split(" ")[1]?.startsWith(project)).sort();
}

/** The engine's own program, what it said without the last newline; an error where it fails. */
export function docker(...args: readonly string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** The same on the engine at the socket. */
export function dockerAt(socket: string): typeof docker {
  return (...args) => docker("--host", `unix://${socket}`, ...args);
}

/** Names of the images that keep what a setup of the project made, or ids of such that have lost theirs. */
export function setupImagesOf(project: string, run = docker): readonly string[] {
  const format = '{{if eq .Tag "<none>"}}{{.ID}}{{else}}{{.Repository}}:{{.Tag}}{{end}}';
  const listed = run("images", "--filter", `label=dev.crew.project=${project}`, "--format", format);
  return listed.split("\n").filter(Boolean);
}

/** Also where a test failed: by the program, since a test that ends cannot wait. */
function removeLeft(project: string, run: typeof docker): void {
  const label = `label=dev.crew.project=${project}`;
  for (const [kind, list] of [
    ["container", ["ps", "-aq", "--no-trunc"]],
    ["volume", ["volume", "ls", "-q"]],
    ["network", ["network", "ls", "-q"]],
  ] as const) {
    const ids = run(...list, "--filter", label)
      .split("\n")
      .filter(Boolean);
    if (ids.length === 0) continue;
    run(kind, "rm", ...(kind === "container" ? ["-f"] : []), ...ids);
  }
  for (const image of setupImagesOf(project, run)) run("image", "rm", image);
}
