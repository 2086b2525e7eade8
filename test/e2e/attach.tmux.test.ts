// crew attach on the process runtime, in real terminals of their own.
import { expect, test } from "vitest";
import { conversation, crewFile, files, isWatchedResizedAndKilled } from "./attach-scenarios.ts";
import { aBench } from "./bench.ts";

test("a session is watched and resized, goes on after its crew was killed, and is handed back by other keys", async () => {
  const text = crewFile("attach", "runtime: process");
  const made = aBench({ "crew.yaml": text, ...files, "interactive.sh": conversation });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    await isWatchedResizedAndKilled(made);
  } finally {
    await made.crew(["down"]);
    made.remove();
  }
});
