// What people do with the terminal and the machine under a crew: Ctrl-C, a closed terminal, a closed laptop, a reboot.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import { type Fault, faults } from "./fault.ts";
import { letGo, must, ordersOf, until, upUntilBusy, waitingAgent } from "./people.ts";

const allMerged = "✓ All merged. Next: crew land";
const waiting = { "one.sh": waitingAgent };
const once = ["1.1.1 bead one", "2.1.1 bead two"];
/** Awake seconds that a turn may take in the row of the closed laptop. */
const turnSeconds = 5;

/** Ctrl-C is for everything in the terminal's foreground. */
const toGroup = (pid: number, signal: NodeJS.Signals) => process.kill(-pid, signal);

const rows: readonly Fault[] = [
  {
    name: "Ctrl-C while looking on: the looking ends, the driver goes on",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const driver = await driverOf(bench);
      const looking = bench.start(["up", "--wait"]);
      await looking.says("one working");
      toGroup(looking.pid, "SIGINT");
      const ended = await looking.ended;
      expect(await driverOf(bench)).toBe(driver);
      letGo(bench);
      await must(bench, ["up", "--wait"]);
      expect(ordersOf(bench)).toEqual(once);
      return ended;
    },
    exit: 130,
    says: "The driver goes on: crew status\n",
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "Ctrl-C at up --wait: it stops driving and says what goes on; roles finish the order in hand",
    files: { ...waiting, "two.sh": waitingAgent },
    meet: async (bench) => {
      const driving = bench.start(["up", "--wait"]);
      for (const role of ["one", "two"]) await driving.says(`${role} working`);
      toGroup(driving.pid, "SIGINT");
      const ended = await driving.ended;
      expect(await driverOf(bench)).toBeUndefined();
      for (const role of ["one", "two"]) letGo(bench, role);
      await until(() => phaseOf(bench, "one") === "idle");
      await must(bench, ["up", "--wait"]);
      expect(ordersOf(bench)).toEqual(once);
      return ended;
    },
    exit: 130,
    says: "· Stopped. crew up goes on. 0/2 beads, 0 %.\n",
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "Ctrl-C twice, three times, a closed terminal: nothing is lost, the same command goes on",
    files: waiting,
    meet: async (bench) => {
      for (const signals of [["SIGINT", "SIGINT"], ["SIGINT", "SIGINT", "SIGINT"], ["SIGHUP"], ["SIGTERM"]] as const) {
        const driving = bench.start(["up", "--wait"]);
        await driving.says("one working");
        for (const signal of signals) toGroup(driving.pid, signal);
        expect((await driving.ended).code).toBe(130);
      }
      letGo(bench);
      const ended = await bench.crew(["up", "--wait"]);
      expect(ordersOf(bench)).toEqual(once);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "a closed laptop: while nothing runs no turn's time runs, and it goes on as if nothing was",
    files: waiting,
    meet: async (bench) => {
      const limited = bench.git("show", "HEAD:crew.yaml").replace("max_attempts: 2", `turn_timeout: ${turnSeconds}s`);
      bench.write("crew.yaml", `${limited}\n`);
      await upUntilBusy(bench);
      const all = [await driverOf(bench), ...bench.survivors()].flatMap((pid) => pid ?? []);
      for (const pid of all) signal(pid, "SIGSTOP");
      const closedAt = Date.now();
      await until(() => Date.now() - closedAt > (turnSeconds + 1) * 1000);
      letGo(bench);
      for (const pid of all) signal(pid, "SIGCONT");
      const ended = await bench.crew(["up", "--wait"]);
      expect(ordersOf(bench)).toEqual(once);
      expect(turnsOf(bench)).toEqual(["1", "1"]);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
    moves: ["file crew.yaml"],
  },
  {
    name: "a repository that is away: its driver ends, and once it is back the same command goes on",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const driver = await driverOf(bench);
      const git = join(bench.repository, ".git");
      renameSync(git, `${bench.repository}.away`);
      // Of a zombie there is no command line.
      await until(() => !existsSync(`/proc/${driver}`) || readFileSync(`/proc/${driver}/cmdline`, "utf8") === "");
      renameSync(`${bench.repository}.away`, git);
      letGo(bench);
      const ended = await bench.crew(["up", "--wait"]);
      expect(ordersOf(bench)).toEqual(once);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
  },
  {
    name: "a reboot: all is gone at once, pids belong to others; up goes on, and it costs no attempt",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const driver = await driverOf(bench);
      for (const pid of [driver, ...bench.survivors()]) if (pid !== undefined) signal(pid, "SIGKILL");
      await until(() => bench.survivors().length === 0);
      const stranger = spawn("sleep", ["600"], { stdio: "ignore" });
      try {
        reboot(bench, stranger.pid ?? 0);
        letGo(bench);
        const ended = await bench.crew(["up", "--wait"]);
        expect(ordersOf(bench)).toEqual(once);
        await must(bench, ["land"]);
        await must(bench, ["down"]);
        expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
        return ended;
      } finally {
        stranger.kill("SIGKILL");
      }
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    moves: ["refs/heads/main", "index", "file one.txt", "file two.txt", "ORIG_HEAD", "logs/HEAD"],
  },
];

async function driverOf(bench: Bench): Promise<number | undefined> {
  const status = JSON.parse(await must(bench, ["status", "--format", "json"])) as { driver: { pid: number } | null };
  return status.driver?.pid;
}

function phaseOf(bench: Bench, role: string): string | undefined {
  const [project = ""] = readdirSync(join(bench.state, "crew"));
  return /^Phase: (\S+)/m.exec(readFileSync(join(bench.state, "crew", project, "roles", role, "status"), "utf8"))?.[1];
}

/** How many turns each order took, by its report. */
function turnsOf(bench: Bench): readonly string[] {
  const records = bench.git("for-each-ref", "--format=%(contents)", "refs/crew/p/team/done/");
  return [...records.matchAll(/^Turns: (\d+)$/gm)].map((match) => match[1] ?? "");
}

/** Every recorded process is of an earlier boot, and its pid is a stranger's by now. */
function reboot(bench: Bench, stranger: number): void {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const earlier = "00000000-0000-4000-8000-000000000000";
  let changed = 0;
  for (const file of readdirSync(join(bench.state, "crew"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith("/pid")) continue;
    const path = join(bench.state, "crew", file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/^\d+ /, `${stranger} `).replace(boot, earlier));
    changed += text.includes(boot) ? 1 : 0;
  }
  expect(changed).toBeGreaterThan(0);
  const lease = "refs/crew/lease/team/driver";
  const held = JSON.parse(bench.git("cat-file", "blob", lease)) as { startTime: string };
  const record = { ...held, pid: stranger, startTime: held.startTime.replace(boot, earlier) };
  const path = join(bench.state, "lease.json");
  writeFileSync(path, JSON.stringify(record));
  bench.git("update-ref", lease, bench.git("hash-object", "-w", path));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

describe("what people do with the terminal and the machine", () => faults(rows));
