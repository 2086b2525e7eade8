// crew attach on the process runtime, by the real program on a terminal of its own.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { crewFile, files, typesALineAndHandsBack } from "./attach-scenarios.ts";
import { aBench } from "./bench.ts";

test("a person types into a role's session at their size, detaches, comes again, and hands it back", async () => {
  const made = aBench({ "crew.yaml": crewFile("attach", "runtime: process"), ...files });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    await typesALineAndHandsBack(made);
  } finally {
    await made.crew(["down"]);
    made.remove();
  }
});

test("without a terminal, for an unknown role, and with keys that are none, nothing is stopped", async () => {
  const made = aBench({ "crew.yaml": crewFile("attach", "runtime: process"), ...files });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    expect(await made.crew(["attach", "dev"])).toMatchObject({
      code: 1,
      stderr: "! crew attach needs a terminal.\n  crew exec dev COMMAND\n",
    });
    expect((await made.crew(["attach", "dve"])).stderr).toContain("Did you mean dev?");
    expect((await made.crew(["attach", "--detach-keys", "ctrl-p,,x", "dev"])).stderr).toContain("a key is missing");
  } finally {
    await made.crew(["down"]);
    made.remove();
  }
});

test("a role whose preset cannot be read by now is at work on, and what is wrong with the preset is said", async () => {
  const preset = `program: sh
first: [sh, agent.sh]
resume: [sh, agent.sh, "{session}"]
interactive: {first: [sh, interactive.sh], resume: [sh, interactive.sh, "{session}"]}
reader: 'END { ended("ok") }'
`;
  const crew = crewFile("attach", "runtime: process").replace(/agent: {.*?}/, "agent: ./mine.yaml");
  const made = aBench({ "crew.yaml": crew, "mine.yaml": preset, ...files });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    const phase = async () => JSON.parse((await made.crew(["status", "--format", "json"])).stdout).roles[0].phase;
    while ((await phase()) !== "working");
    writeFileSync(join(made.repository, "mine.yaml"), preset.replace("first:", "frist:"));
    const { code, stderr } = await made.crew(["attach", "dev"]);
    expect(code).toBe(3);
    expect(stderr).toContain('mine.yaml:2:1  unknown key "frist" at the top');
    expect(await phase()).toBe("working");
    writeFileSync(join(made.repository, "mine.yaml"), preset);
    expect((await made.crew(["attach", "dev"])).stderr).toContain("crew attach needs a terminal.");
  } finally {
    await made.crew(["down"]);
    made.remove();
  }
});
