// The wheel of real programs on the process runtime.
import { afterEach, describe, test } from "vitest";
import { type AgentName, isInstalled, opencodeFile, roleLines, servedBeside, withPrograms } from "./agents.ts";
import { takesALineAndHandsBack, toldFolder } from "./attach-agents.ts";
import { aBench, type Bench } from "./bench.ts";

let bench: Bench | undefined;
let served: { readonly address: string; end(): void } | undefined;
afterEach(async () => {
  await bench?.crew(["down"]);
  bench?.remove();
  served?.end();
});

describe.skipIf(!isInstalled)("crew attach with a program that crew knows", () => {
  for (const agent of ["claude", "codex"] satisfies AgentName[]) {
    test(`${agent} comes up in the session at the terminal's size, takes a line, and goes on by itself`, async () => {
      bench = aBench({ readme: "Attach\n" });
      const told = toldFolder(bench);
      served = await servedBeside(bench, told);
      bench.write("opencode.json", opencodeFile(served.address));
      bench.write(
        "crew.yaml",
        `name: wheel
epic: {title: "[WHEEL] A file", branch: epic/wheel, base: main}
tasks: {first: {title: "Write first.txt"}}
roles:
${roleLines("ada", agent, served.address)}gates: {there: test -e readme}
review: none
runtime: process
tracker: git
`,
      );
      bench.commit("Say who works");
      await takesALineAndHandsBack({ bench, agent, told, env: { PATH: withPrograms(bench.environment.PATH ?? "") } });
    }, 300_000);
  }
});
