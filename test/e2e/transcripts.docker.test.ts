// Transcripts on a Docker engine.
import { test } from "vitest";
import { aBench } from "./bench.ts";
import { onEngine } from "./docker.ts";
import { isToldAfterAll, transcriptAgent, transcriptFile } from "./transcripts.ts";

test("what a role said is told after its container was replaced and is gone, and goes with gc", async () => {
  const file = transcriptFile(
    'defaults: {image: "crew-test-base:bookworm", secrets: [WORD]}\nsecrets: {WORD: {environment: WORD}}',
  );
  const bench = onEngine(aBench({ "crew.yaml": file, ...transcriptAgent }));
  try {
    await isToldAfterAll(bench, bench.project);
  } finally {
    bench.remove();
  }
});
