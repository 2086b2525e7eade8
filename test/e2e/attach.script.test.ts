// crew attach on the process runtime, by the real program on a terminal of its own.
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
