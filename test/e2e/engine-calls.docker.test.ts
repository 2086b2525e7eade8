// What `up -d` asks of an engine where all is set up: the same few questions however many roles there are, its driver's included.
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Counter, countCalls } from "../../bench/engine-calls.ts";
import { type DockerBench, onEngine } from "./docker.ts";
import { aStory } from "./story.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

/** Nothing is anybody's to do. */
const file = (roles: readonly string[]) => `
epic: Story
tasks: {hold: Hold}
defaults: {image: crew-test-base:bookworm, agent: {command: "true"}}
roles: {${roles.map((role) => `${role}: {beads: {ids: [none]}}`).join(", ")}}
runtime: docker
tracker: git
`;

async function setUp(roles: readonly string[]): Promise<{ readonly bench: DockerBench; readonly counter: Counter }> {
  const bench = onEngine(aStory({ "crew.yaml": file(roles) }));
  open.push(bench.remove);
  const counter = await countCalls("/var/run/docker.sock", join(bench.environment.HOME ?? "", "count.sock"));
  open.push(() => void counter.close());
  Object.assign(bench.environment, { DOCKER_HOST: counter.host });
  const { code, stderr } = await bench.crew(["up", "-d"]);
  expect(code, stderr).toBe(0);
  return { bench, counter };
}

/** The fewest of some: a driver looks by itself, too, every now and then. */
async function fewestCalls({ bench, counter }: Awaited<ReturnType<typeof setUp>>): Promise<number> {
  const counts: number[] = [];
  for (let n = 0; n < 6; n += 1) {
    counter.calls();
    const { code, stderr } = await bench.crew(["up", "-d"]);
    expect(code, stderr).toBe(0);
    counts.push(counter.calls());
  }
  return Math.min(...counts);
}

test("three for one role, and for three", async () => {
  for (const roles of [["one"], ["one", "two", "three"]]) {
    const crew = await setUp(roles);
    expect(await fewestCalls(crew)).toBe(3);
    const { code, stderr } = await crew.bench.crew(["down", "-v"]);
    expect(code, stderr).toBe(0);
  }
});
