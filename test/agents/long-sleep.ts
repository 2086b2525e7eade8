// Sleeps that no other process on the machine sleeps.
import { spawnSync } from "node:child_process";

/** Seconds of which nobody else's `sleep` is. */
export const long = (n: number) => `${n}${`${process.pid}`.padStart(7, "0")}`;

/** Pids of `sleep <seconds>`. */
export function sleeping(...seconds: string[]): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+) (?:\S*\/)?(?:busybox )?sleep (\d+)$/.exec(line);
    return match?.[2] !== undefined && seconds.includes(match[2]) ? [Number(match[1])] : [];
  });
}
