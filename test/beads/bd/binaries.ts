// Where the real bd of each version is, as scripts/test.mjs and .ci/run have it.
import { homedir } from "node:os";
import { join } from "node:path";

export type BdVersion = "0.47.1" | "1.0.5" | "1.2.2";

export function binaryOf(version: BdVersion): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return join(process.env.CREW_TEST_BD ?? join(cache, "crew-ci", "bd"), version, "bd");
}
