// crew attach on a Docker engine, by the real program on a terminal of its own.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import {
  conversation,
  crewFile,
  files,
  isWatchedResizedAndKilled,
  typesALineAndHandsBack,
} from "./attach-scenarios.ts";
import { aBench, type Bench } from "./bench.ts";

/** A skipped test is a failed one where CI is set. */
const withTmux = test.skipIf(spawnSync("tmux", ["-V"]).status !== 0);

test("a person types into a role's session at their size, detaches, comes again, and hands it back", () =>
  onTheEngine({}, typesALineAndHandsBack));

withTmux("a session is watched and resized, goes on after its crew was killed, and is handed back by other keys", () =>
  onTheEngine({ "interactive.sh": conversation }, isWatchedResizedAndKilled),
);

async function onTheEngine(
  own: Readonly<Record<string, string>>,
  scenario: (made: Bench) => Promise<void>,
): Promise<void> {
  const text = crewFile(`crewattach${process.pid}`, 'defaults: {image: "crew-test-base:bookworm"}');
  const made = aBench({ "crew.yaml": text, ...files, ...own });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    await scenario(made);
  } finally {
    const down = await made.crew(["down", "-v"]);
    made.remove();
    expect(down.code, down.stderr).toBe(0);
  }
}
