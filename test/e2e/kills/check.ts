// What must hold while the killed story goes on: no process of the project but what `crew ps` lists, and no lock that
// anybody waits for.
import { expect } from "vitest";
import { processesOf } from "./processes.ts";
import type { Team } from "./team.ts";

interface Row {
  readonly name: string;
  readonly kind: "role" | "gate";
  readonly pid?: number;
}

/** Every process that carries the project's marker is one that `crew ps` lists, or one of its descendants. */
export async function checkMarked(team: Team): Promise<void> {
  const { stdout } = await team.crew(["ps", "--format", "json"]);
  const listed = new Set((JSON.parse(stdout) as readonly Row[]).map(({ pid }) => pid));
  const all = processesOf(team);
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const isListed = (pid: number | undefined): boolean =>
    pid !== undefined && (listed.has(pid) || isListed(parents.get(pid)));
  const strangers = all.filter(({ pid, instance }) => instance !== undefined && !isListed(pid));
  expect(strangers, "processes that crew ps does not list").toEqual([]);
}

/** A command on the project that is done begins at once, whoever held what when it was killed. */
export async function checkNotWaiting(team: Team): Promise<void> {
  const { code, stderr } = await team.crew(["up", "--wait", "--lock-timeout", "0"]);
  expect(code, stderr).toBe(0);
}
