// The port's contract on a real bd, and what only a program needs to be told apart.
import { asBdKeepsIt, asMetadataKeepsIt } from "../../../src/beads/bd/kept-text.ts";
import { describeTracker } from "../contract.ts";
import type { BdVersion } from "./binaries.ts";
import { bdWorkspace } from "./workspace.ts";

export function describeBd(version: BdVersion): void {
  describeTracker(`bd ${version}`, () => bdWorkspace(version), {
    hasOwnClock: true,
    dropsDanglingEdges: true,
    kept: asBdKeepsIt,
    keptInMetadata: asMetadataKeepsIt,
    noReason: "Closed",
    // It counts bytes.
    longest: "🦀".repeat(125),
    many: 100,
    timeoutMs: 240_000,
  });
}
