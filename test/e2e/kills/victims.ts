// Supervisors and agents that are killed with the driver or alone, when their time has come and one is there.
import { type Along, below, type Random } from "./draw.ts";
import { kill, processesOf, stepOf } from "./processes.ts";
import type { Team } from "./team.ts";

export interface Victim {
  readonly kind: Along["victim"];
  readonly isAlone: boolean;
}

export interface Victims {
  /** After the n-th kill of the driver. */
  withKill(n: number): void;
  /** While a command runs. */
  alone(runningMs: number): void;
  readonly killed: readonly Victim[];
}

export function victimsOf(team: Team, alongs: readonly Along[], random: Random): Victims {
  const pending = new Set(alongs);
  const spared = new Set<string>();
  const killed: Victim[] = [];
  const endDue = (isDue: (along: Along) => boolean) => {
    for (const along of [...pending].filter(isDue)) {
      const pid = choose(along.victim);
      if (pid === undefined || !kill(pid)) continue;
      pending.delete(along);
      killed.push({ kind: along.victim, isAlone: along.atMs !== undefined });
    }
  };
  /** Each role is met once, so that none is given up. */
  const choose = (victim: Along["victim"]): number | undefined => {
    const living = processesOf(team)
      .filter(({ kind, instance = "" }) => kind === "supervisor" && !spared.has(instance))
      .flatMap(({ pid, instance = "" }) => {
        const own = victim === "supervisor" ? pid : stepOf(team, instance.split("/")[1] ?? "");
        return own === undefined ? [] : [{ instance, pid: own }];
      });
    const one = living[below(random, living.length)];
    if (one) spared.add(one.instance);
    return one?.pid;
  };
  return {
    killed,
    withKill: (n) => endDue(({ withKill }) => withKill !== undefined && withKill <= n),
    alone: (runningMs) => endDue(({ atMs }) => atMs !== undefined && atMs <= runningMs),
  };
}
