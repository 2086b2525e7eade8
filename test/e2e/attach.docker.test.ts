// crew attach on a Docker engine, by the real program on a terminal of its own.
import { expect, test } from "vitest";
import { crewFile, files, typesALineAndHandsBack } from "./attach-scenarios.ts";
import { aBench } from "./bench.ts";

test("a person types into a role's session at their size, detaches, comes again, and hands it back", async () => {
  const text = crewFile(`crewattach${process.pid}`, 'defaults: {image: "crew-test-base:bookworm"}');
  const made = aBench({ "crew.yaml": text, ...files });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    await typesALineAndHandsBack(made);
  } finally {
    const down = await made.crew(["down", "-v"]);
    made.remove();
    expect(down.code, down.stderr).toBe(0);
  }
});
