// What the health check of a service says, for whoever reads its log because it is unhealthy: the service itself may be silent.
import { cleanText } from "../../../agents/clean-text.ts";
import type { DockerContext } from "../context.ts";
import type { Line } from "./container-lines.ts";
import { findContainer } from "./containers.ts";

/** The engine keeps up to 4 KiB of each check; its first lines tell why. */
const linesAtMost = 10;

/** The last check that failed, at its end; nothing of a container that is well, or has no check. */
export async function failedCheck(context: DockerContext, container: string): Promise<readonly Line[]> {
  const health = (await findContainer(context, container))?.State.Health;
  if (health?.Status !== "unhealthy") return [];
  const last = health.Log.filter(({ ExitCode }) => ExitCode !== 0).at(-1);
  if (!last) return [];
  const said = last.Output.trimEnd()
    .split("\n")
    .filter((line) => line !== "")
    .slice(0, linesAtMost);
  const how = last.ExitCode === -1 ? "did not end in time" : `ended with ${last.ExitCode}`;
  const count = `${health.FailingStreak} ${health.FailingStreak === 1 ? "failure" : "failures"} in a row`;
  const lines = [`health check ${how}, ${count}`, ...said.map((line) => `health check: ${cleanText(line)}`)];
  const at = new Date(last.End).toISOString();
  return lines.map((text) => ({ at, text }));
}
