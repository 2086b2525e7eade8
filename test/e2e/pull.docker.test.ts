// When `crew up` pulls: with a small registry beside the engine, whose image of one name becomes another one.
import { afterEach, expect, test } from "vitest";
import { aRegistry, type Registry } from "../runtime/docker/registry.ts";
import { docker, dockerFile } from "./docker.ts";
import { aDockerTeam, type DockerTeam } from "./faults/docker-team.ts";
import { crewFile } from "./faults/team.ts";

let team: DockerTeam | undefined;
let registry: Registry | undefined;
afterEach(async () => {
  team?.remove();
  if (registry) {
    try {
      docker("image", "rm", "-f", registry.image);
    } catch {}
  }
  await registry?.close();
});

/** Gates run in the registry's image, which no role is made of. */
async function opened(policy: string): Promise<{ readonly team: DockerTeam; readonly registry: Registry }> {
  registry = await aRegistry("crew-test-pulled");
  team = aDockerTeam();
  const gate = `{files: {run: sh gate.sh, image: "${registry.image}"${policy}}}`;
  team.write("crew.yaml", dockerFile(crewFile).replace("{files: sh gate.sh}", gate));
  return { team, registry };
}

const pulls = (text: string) => text.split("\n").filter((line) => /pulled image/.test(line)).length;
const idOf = (image: string) => docker("image", "inspect", "--format", "{{.Id}}", image);

test("always: once for each up, and whoever looks sees it planned", async () => {
  const { team, registry } = await opened(", pull_policy: always");
  const up = async () => {
    const { stderr } = await team.crew(["up", "-d"]);
    return { pulls: pulls(stderr), id: idOf(registry.image) };
  };
  const first = await up();
  await registry.publish("second");
  const planned = await team.crew(["plan"]);
  expect(planned.stdout).toContain("[once for each crew up]");
  const second = await up();
  expect([first.pulls, second.pulls, first.id === second.id]).toEqual([1, 1, false]);
  await team.crew(["down"]);
  docker("image", "rm", "-f", first.id);
});

test("never: the image and what to type are named, nothing is pulled; --pull brings it", async () => {
  const { team, registry } = await opened(", pull_policy: never");
  const refused = await team.crew(["up", "--wait"]);
  expect({ code: refused.code, pulls: pulls(refused.stderr) }).toEqual({ code: 5, pulls: 0 });
  expect(refused.stderr).toContain(`
  ? gate files has no image to run in: ${registry.image} is not on the engine, and is never to be pulled
      docker pull ${registry.image}
      crew up --pull missing
`);
  const brought = await team.crew(["up", "-d", "--pull", "always"]);
  expect({ pulls: pulls(brought.stderr) }, brought.stderr).toEqual({ pulls: 1 });
  expect(idOf(registry.image)).toMatch(/^sha256:/);
  await team.crew(["down"]);
});
