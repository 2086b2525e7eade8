// A Docker engine of a test's own, to be killed and filled up: on a small disk in memory, in namespaces that end with the test,
// and all that runs there with them. Needs root, dockerd, and the images of the machine's engine.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { dockerAt } from "../docker.ts";
import { fillDisk } from "./disk.ts";

export interface OwnEngine {
  readonly socket: string;
  /** Resolves once it answers. */
  start(flags?: readonly string[]): Promise<void>;
  /** By SIGKILL. */
  kill(): Promise<void>;
  /** Its disk to the last byte, for containers, volumes and images alike. */
  fill(): void;
  /** Takes away what `fill` wrote. */
  free(): void;
  remove(): Promise<void>;
}

const images = ["crew-test-base:bookworm", "crew-test-tiny:busybox"];
const diskMib = 700;
const startLimitMs = 60_000;

/** Started, with the images of the tests. */
export async function anEngine(): Promise<OwnEngine> {
  const root = mkdtempSync(join(tmpdir(), "crew-engine-"));
  const data = join(root, "data");
  const socket = join(root, "engine.sock");
  mkdirSync(data);
  const namespace = await namespaceWith(`mount -t tmpfs -o size=${diskMib}m none '${data}' && ip link set lo up`);
  const log = openSync(join(root, "log"), "a");
  const ballast = join(`/proc/${namespace.pid}/root`, data, "ballast");
  let dead: Promise<unknown> = Promise.resolve();

  async function start(flags: readonly string[] = []): Promise<void> {
    const places = ["--data-root", data, "--exec-root", join(root, "run"), "--pidfile", join(root, "pid")];
    const argv = [...namespace.enter, "dockerd", "--host", `unix://${socket}`, ...places, ...flags];
    const daemon = spawn(argv[0] ?? "", argv.slice(1), { stdio: ["ignore", log, log] });
    dead = new Promise((resolve) => daemon.once("exit", resolve));
    const deadline = Date.now() + startLimitMs;
    while (!answers()) {
      if (daemon.exitCode !== null || Date.now() > deadline) throw new Error(`no engine: see ${root}/log`);
      await delay(100);
    }
  }
  const answers = () => {
    try {
      return dockerAt(socket)("version", "--format", "{{.Server.Version}}") !== "";
    } catch {
      return false;
    }
  };
  const end = async (signal: "KILL" | "TERM") => {
    const [program = "", ...rest] = [...namespace.enter, "sh", "-c", `kill -${signal} "$(cat '${root}/pid')"`];
    execFileSync(program, rest, { stdio: "ignore" });
    await dead;
  };
  await start();
  const host = `unix://${socket}`;
  execFileSync("sh", ["-c", `docker save ${images.join(" ")} | docker -H ${host} load`], { stdio: "ignore" });
  return {
    socket,
    start,
    kill: () => end("KILL"),
    fill: () => fillDisk(ballast),
    free: () => rmSync(ballast),
    remove: async () => {
      // Where it ends by itself it leaves no control groups behind.
      await end("TERM").catch(() => undefined);
      await namespace.end();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Mounts, network and processes of their own, for as long as this process lives; the script made them ready. */
async function namespaceWith(script: string) {
  const flags = ["-m", "-n", "-p", "-f", "--mount-proc", "--kill-child"];
  const holder = spawn("unshare", [...flags, "sh", "-c", `${script} && echo ready && cat`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("exit", (code) => reject(new Error(`no namespaces for an engine: ${code}`)));
  });
  const { pid } = holder;
  const own = `/proc/${pid}/ns`;
  const enter = ["nsenter", `--mount=${own}/mnt`, `--net=${own}/net`, `--pid=${own}/pid_for_children`];
  const end = () =>
    new Promise<void>((resolve) => {
      holder.once("exit", () => resolve());
      holder.stdin.end();
    });
  return { pid, enter, end };
}
