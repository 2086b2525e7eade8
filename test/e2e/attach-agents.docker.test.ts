// The wheel of a real program in a container.
import { spawnSync } from "node:child_process";
import { afterEach, test } from "vitest";
import { containerRoleLines, isInstalled, modelService, programMounts } from "./agents.ts";
import { takesALineAndHandsBack, toldFolder } from "./attach-agents.ts";
import { aBench } from "./bench.ts";
import { type DockerBench, onEngine } from "./docker.ts";

let bench: DockerBench | undefined;
afterEach(() => bench?.remove());

const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

test.skipIf(!isInstalled || !hasTmux)(
  "claude comes up in the session in its container at the terminal's size, takes a line, and goes on by itself",
  async () => {
    bench = onEngine(aBench({ readme: "Attach\n" }));
    const told = toldFolder(bench);
    bench.write(
      "crew.yaml",
      `name: wheel
epic: {title: "[WHEEL] A file", branch: epic/wheel, base: main}
tasks: {first: {title: "Write first.txt"}}
defaults:
  image: crew-test-base:bookworm
  services: [model]
  volumes: ${JSON.stringify(programMounts)}
roles:
${containerRoleLines("ada", "claude")}gates: {there: {run: test -e readme, services: []}}
services:
${modelService(bench, told)}review: none
tracker: git
`,
    );
    bench.commit("Say who works");
    await takesALineAndHandsBack({ bench, agent: "claude", told });
  },
  300_000,
);
