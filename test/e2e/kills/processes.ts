// The processes of a bench as the machine shows them: supervisors, what runs in their instances, and crew's own git children.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Bench } from "../bench.ts";

export interface Seen {
  readonly pid: number;
  readonly parent: number;
  /** `story-0123456789ab/writer` of what runs in an instance. */
  readonly instance?: string;
  readonly kind: "crew" | "supervisor" | "agent" | "git" | "gate" | "other";
  readonly command: string;
}

/** All that belongs to the bench, by what it was started with or stands in; the test's own process is none of it. */
export function processesOf(bench: Pick<Bench, "repository">): readonly Seen[] {
  const root = dirname(bench.repository);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => seen(pid, root) ?? []);
}

function seen(pid: number, root: string): Seen | undefined {
  const command = read(pid, "cmdline").replaceAll("\0", " ").trim();
  const environment = read(pid, "environ").split("\0");
  const belongs = environment.some((each) => each.includes(`=${root}/`)) || placeOf(pid).startsWith(`${root}/`);
  if (command === "" || pid === process.pid || !belongs) return undefined;
  const [, parent = ""] = /\) . (\d+)/.exec(read(pid, "stat")) ?? [];
  const marker = environment.find((each) => each.startsWith("CREW_INSTANCE="));
  const instance = marker?.slice("CREW_INSTANCE=[".length, -1);
  return { pid, parent: Number(parent), kind: kindOf(command, instance), command, ...(instance && { instance }) };
}

function kindOf(command: string, instance: string | undefined): Seen["kind"] {
  if (instance?.includes("/gate/")) return "gate";
  if (instance !== undefined) return /^\/bin\/sh \S+\/supervisor\.sh \S+$/.test(command) ? "supervisor" : "agent";
  if (/dist\/main\.js/.test(command)) return "crew";
  return /(^|\/)git( |$)/.test(command.split(" ").slice(0, 2).join(" ")) ? "git" : "other";
}

/** Pid of the running step's shell in a role's instance. */
export function stepOf(bench: Bench, role: string): number | undefined {
  for (const project of folders(join(bench.state, "crew"))) {
    const pid = Number(text(join(bench.state, "crew", project, "roles", role, "state", "session")));
    if (pid > 0) return pid;
  }
  return undefined;
}

export function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

function placeOf(pid: number): string {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`;
  } catch {
    return "";
  }
}

function read(pid: number, name: string): string {
  return text(`/proc/${pid}/${name}`);
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export function folders(path: string): readonly string[] {
  try {
    return readdirSync(path).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}
