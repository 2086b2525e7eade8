// Starts the driver as a process of its own: it makes itself ready and drives once it is told to; whoever starts it hears when it
// does. Both ends of what they say to each other. Neither outlives its need: whoever is left alone before that word ends.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Invocation } from "../invocation.ts";
import type { OpenProject } from "../project/opened.ts";

/** For the driver's own command: it waits for the word. */
const onCall = "--on-call";

/** Where the driver finds whoever started it. */
const channelFd = 3;

export interface ReadyDriver {
  /** False: it ended instead, or said nothing for too long. */
  readonly go: () => Promise<boolean>;
  /** It is not wanted after all. */
  readonly drop: () => void;
}

const startTimeoutMs = 15_000;

export function driverLog({ directory }: Pick<OpenProject, "directory">): string {
  return join(directory, "driver.log");
}

export function readyDriver(invocation: Invocation, project: OpenProject, args: readonly string[]): ReadyDriver {
  mkdirSync(project.directory, { recursive: true });
  const log = openSync(driverLog(project), "a");
  const [node, program] = invocation.process.program;
  const child = spawn(node, [program, ...args, onCall], {
    cwd: invocation.cwd,
    env: invocation.environment,
    detached: true,
    stdio: ["ignore", log, log, "pipe"],
  });
  closeSync(log);
  child.unref();
  const channel = child.stdio[channelFd] as Duplex;
  const drives = new Promise<boolean>((resolve) => {
    child.on("error", () => resolve(false));
    channel.on("error", () => resolve(false));
    channel.once("close", () => resolve(false));
    channel.once("data", () => resolve(true));
  });
  return {
    go: async () => {
      channel.write("go\n");
      const waiting = new AbortController();
      const signal = AbortSignal.any([invocation.signal, waiting.signal]);
      const isLate = project.engine.clock.sleep(startTimeoutMs, signal).then(() => false);
      return await Promise.race([drives, isLate]).finally(() => waiting.abort());
    },
    drop: () => channel.destroy(),
  };
}

export interface Starter {
  /** False: nobody is there any more who could say so. */
  readonly saysGo: Promise<boolean>;
  /** From here on this process drives. */
  readonly tell: () => void;
}

/** In the driver. */
export function starter(signal: AbortSignal): Starter {
  const channel = new Socket({ fd: channelFd, readable: true, writable: true });
  signal.addEventListener("abort", () => channel.destroy(), { once: true });
  const saysGo = new Promise<boolean>((resolve) => {
    channel.once("data", () => resolve(true));
    channel.once("close", () => resolve(false));
    // Whoever started it has heard enough, or was killed.
    channel.on("error", () => resolve(false));
  });
  return { saysGo, tell: () => void channel.end("driving\n") };
}
