// Texts as bd can keep them: only what would be lost or break it is replaced.
import { expect, test } from "vitest";
import { asBdKeepsIt, asMetadataKeepsIt } from "../../../src/beads/bd/kept-text.ts";

test("NUL and lone surrogates go, in any depth; all else stays", () => {
  const bead = { title: "a\0b", labels: ["\ud83e x", "🦀\n"], priority: 2, parent: null, metadata: { k: "line\nend" } };
  expect(asBdKeepsIt(bead)).toEqual({
    title: "a\uFFFDb",
    labels: ["\uFFFD x", "🦀\n"],
    priority: 2,
    parent: null,
    metadata: { k: "line\uFFFDend" },
  });
});

test("a value of metadata has no control characters", () => {
  expect(asMetadataKeepsIt("one\ttwo\r\n\u001b[31m\u2028three")).toBe("one\uFFFDtwo\uFFFD\uFFFD\uFFFD[31m\uFFFDthree");
});
