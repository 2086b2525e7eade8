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
  if (ids.length > 0) docker("image", "rm", "-f", ...ids);
}

/** Under a name that nobody else has on the engine. */
export function onEngine(bench: Bench): DockerBench {
  const project = `crewtest${randomBytes(4).toString("hex")}`;
  Object.assign(bench.environment, { CREW_PROJECT_NAME: project });
  const remove = () => {
    bench.remove();
    removeLeft(project);
  };
  return { ...bench, project, engine: new Dockerode(), remove };
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

/** Names of the images that keep what a setup of the project made, or ids of such that have lost theirs. */
export function setupImagesOf(project: string): readonly string[] {
  const format = '{{if eq .Tag "<none>"}}{{.ID}}{{else}}{{.Repository}}:{{.Tag}}{{end}}';
  const listed = docker("images", "--filter", `label=dev.crew.project=${project}`, "--format", format);
  return listed.split("\n").filter(Boolean);
}

/** Also where a test failed: by the program, since a test that ends cannot wait. */
function removeLeft(project: string): void {
  const label = `label=dev.crew.project=${project}`;
  for (const [kind, list] of [
    ["container", ["ps", "-aq", "--no-trunc"]],
    ["volume", ["volume", "ls", "-q"]],
    ["network", ["network", "ls", "-q"]],
  ] as const) {
    const ids = docker(...list, "--filter", label)
      .split("\n")
      .filter(Boolean);
    if (ids.length === 0) continue;
    docker(kind, "rm", ...(kind === "container" ? ["-f"] : []), ...ids);
  }
  for (const image of setupImagesOf(project)) docker("image", "rm", image);
}
