// What `up -d` asks of an engine where all is set up: the same few questions however many roles there are. Its driver, which asks
// by itself now and then, asks elsewhere.
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { countCalls } from "../../bench/engine-calls.ts";
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

async function setUp(roles: readonly string[]): Promise<DockerBench> {
  const bench = onEngine(aStory({ "crew.yaml": file(roles) }));
  open.push(bench.remove);
  const { code, stderr } = await bench.crew(["up", "-d"]);
  expect(code, stderr).toBe(0);
  return bench;
}

/** Of each of several, by themselves: only these go through the socket that counts. */
async function callsOfUp(bench: DockerBench): Promise<readonly number[]> {
  const counter = await countCalls("/var/run/docker.sock", join(bench.environment.HOME ?? "", "count.sock"));
  open.push(() => void counter.close());
  const counts: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { code, stderr } = await bench.crew(["up", "-d"], { env: { DOCKER_HOST: counter.host } });
    expect(code, stderr).toBe(0);
    counts.push(counter.calls());
  }
  return counts;
}

test("three for one role, and for three", async () => {
  for (const roles of [["one"], ["one", "two", "three"]]) {
    const bench = await setUp(roles);
    expect(await callsOfUp(bench)).toEqual([3, 3, 3]);
    const { code, stderr } = await bench.crew(["down", "-v"]);
    expect(code, stderr).toBe(0);
  }
});
