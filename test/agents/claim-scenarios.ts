// One supervisor serves an instance: its claim, and what it ends when it boots.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, eventually, marked, type Shell } from "./bench.ts";
import { long, sleeping } from "./long-sleep.ts";
import { withBench } from "./with-bench.ts";

export function claimScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  test("at boot ends whatever carries the marker, and only that", async () => {
    // The marker is neither the first nor the last variable, as any may stand first.
    const environment = (marker: string) => ({ PATH: process.env.PATH, CREW_INSTANCE: marker, LAST: "x" });
    const options = { detached: true, stdio: "ignore" } as const;
    const stray = spawn("sleep", [long(350)], { ...options, env: environment(bench.marker) });
    const others = [`${bench.marker}x`, `x${bench.marker}`, bench.marker.replace("dev", "dev2")].map((marker) =>
      spawn("sleep", [long(351)], { ...options, env: environment(marker) }),
    );
    try {
      await eventually("all to sleep", () => sleeping(long(350), long(351)).length === 4);
      await bench.boot();
      await bench.idle();
      await eventually("the end of the stray", () => stray.signalCode === "SIGKILL");
      expect(sleeping(long(350), long(351))).toHaveLength(3);
    } finally {
      for (const child of [stray, ...others]) child.kill("SIGKILL");
    }
  });

  describe("the claim", () => {
    test("lets one of many serve, whatever is left of dead ones", async () => {
      const dead = spawnSync("true").pid;
      writeFileSync(join(bench.folder, "pid"), `${dead} 12345@gone\n`);
      writeFileSync(join(bench.folder, `pid.after.${dead}_12345@gone`), `${dead} 777@gone\n`); // died taking over
      const children = Array.from({ length: 8 }, () => bench.spawn());
      // One that still tries when another has the claim may be ended by it, as whatever else carries the marker.
      const ended = () => children.filter((child) => child.exitCode !== null || child.signalCode !== null);
      await eventually("seven to go", () => ended().length === 7);
      expect(ended().filter((child) => child.exitCode !== 0 && child.signalCode !== "SIGKILL")).toEqual([]);
      for (const child of ended()) expect([child.stdout?.read(), child.stderr?.read()]).toEqual([null, null]);
      expect(children.find((child) => !ended().includes(child))?.pid).toBe(bench.claimedBy());
      await eventually(
        "one claim",
        () =>
          bench
            .names("")
            .filter((name) => name.startsWith("pid"))
            .join() === "pid",
      );
    });

    test("of a folder that was removed while it works ends with everything of it", async () => {
      await bench.boot();
      bench.deliver({ agent: "touch ../home/busy; (trap '' TERM; sleep 300) & sleep 300" });
      await eventually("the agent at work", () => bench.names("home").includes("busy"));
      rmSync(bench.folder, { recursive: true });
      await eventually("nobody left", () => marked(bench.marker).length === 0);
    });

    test("of a recycled pid is not believed, and its process not touched", async () => {
      // One with another start time, and one that is right but for not being of this instance.
      const start = readFileSync(`/proc/${process.pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19];
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      for (const claim of [`${process.pid} 12345@other\n`, `${process.pid} ${start}@${boot}\n`]) {
        writeFileSync(join(bench.folder, "pid"), claim);
        await bench.boot();
        await bench.idle();
        await bench.terminate();
      }
    });
  });
}
