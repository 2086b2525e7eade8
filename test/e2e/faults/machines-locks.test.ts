// What machines do: leave locks behind. Those of dead processes stop nobody; those of living ones are waited for, and named.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import { type Fault, faults } from "./fault.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A lease as a process writes it: what it is, and since when it lives. */
function holdLease(bench: Bench, name: string, holder: { readonly pid: number; readonly startTime: string }): void {
  const text = JSON.stringify({ command: "crew up", host: hostname(), ...holder });
  const oid = execFileSync("git", ["-C", bench.repository, "hash-object", "-w", "--stdin"], {
    input: text,
    encoding: "utf8",
  });
  bench.git("update-ref", `refs/crew/lease/team/${name}`, oid.trim());
}

function aLivingProcess(): { readonly pid: number; readonly startTime: string } {
  const child = spawn("sleep", ["300"], { stdio: "ignore" });
  children.push(child);
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return { pid, startTime: `${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}@${boot}` };
}

/** A lock as a git leaves it that was killed, or holds it while it lives. */
function lock(bench: Bench, path: string): string {
  const file = join(bench.repository, ".git", `${path}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  return file;
}

const dead = { pid: 2 ** 22 + 1, startTime: "1@nowhere" };
const merged = { "Write one.txt": "merged", "Write two.txt": "merged" };

const rows: readonly Fault[] = [
  {
    name: "leases of processes that are gone are taken over",
    meet: async (bench) => {
      for (const name of ["lock", "driver"]) holdLease(bench, name, dead);
      return await quietly(bench.crew(["up", "--wait"]));
    },
    exit: 0,
    says: "✓ All merged. Next: crew land 2/2 beads, 100 %.",
    beads: merged,
  },
  {
    name: "a lock of a living process is waited for as long as one says, and its holder named",
    meet: async (bench) => {
      holdLease(bench, "lock", aLivingProcess());
      return await bench.crew(["up", "--wait", "--lock-timeout", "1s"]);
    },
    exit: 4,
    says: `
! The project is locked by \`crew up\` (pid <pid> on ${hostname()}); waited 1 s
  Wait for it to end, or give more time with --lock-timeout.
`,
    afterwards: async (bench) => {
      for (const child of children.splice(0)) {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
      }
      expect(await bench.crew(["up", "--wait"])).toMatchObject({ code: 0 });
    },
  },
  {
    name: "the lock of a ref of crew's own that a killed git left is cleared",
    meet: async (bench) => {
      lock(bench, "refs/crew/p/team/tip/epic");
      return await quietly(bench.crew(["up", "--wait"]));
    },
    exit: 0,
    says: "✓ All merged. Next: crew land 2/2 beads, 100 %.",
    beads: merged,
  },
  {
    name: "the lock of a ref that another git holds for a while is waited for",
    meet: async (bench) => {
      const file = lock(bench, "refs/heads/epic/two-files");
      const ended = quietly(bench.crew(["up", "--wait"]));
      await bench.until("crew/*/roles/one/status");
      rmSync(file);
      return await ended;
    },
    exit: 0,
    says: "✓ All merged. Next: crew land 2/2 beads, 100 %.",
    beads: merged,
  },
];

/** Of what went well only the last line is told. */
async function quietly(ended: ReturnType<Bench["crew"]>): ReturnType<Bench["crew"]> {
  const { stderr, ...rest } = await ended;
  return { ...rest, stderr: rest.code === 0 ? (stderr.trim().split("\n").at(-1) ?? "") : stderr };
}

describe("what machines do: locks", () => faults(rows));
