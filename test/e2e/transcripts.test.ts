// Transcripts on the process runtime.
import { expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { isToldAfterAll, transcriptAgent, transcriptFile } from "./transcripts.ts";

test("what a role said is told after its folder is gone, and goes with gc", async () => {
  const bench = aBench({ "crew.yaml": transcriptFile("runtime: process"), ...transcriptAgent });
  try {
    await isToldAfterAll(bench, "told");
  } finally {
    bench.remove();
  }
  expect(bench.survivors()).toEqual([]);
});
