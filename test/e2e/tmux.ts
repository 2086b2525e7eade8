// A real terminal of any size (tmux), in which crew runs as a person starts it: what is on its screen, typed into it, its size.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";

const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Pane {
  /** Of crew. */
  readonly pid: number;
  screen(): string;
  /** Resolves once the screen shows the text; rejects with what it shows instead. */
  shows(text: string): Promise<void>;
  /** As tmux names keys: `Enter`, `C-p`, or text. */
  press(...keys: readonly string[]): void;
  resize(size: Size): void;
  isOver(): boolean;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** It and all in it end with `close`. */
export function terminals({ repository, environment }: Bench) {
  const server = `crew-test-${randomBytes(4).toString("hex")}`;
  const tmux = (...args: readonly string[]) =>
    execFileSync("tmux", ["-L", server, "-f", "/dev/null", ...args], {
      cwd: repository,
      env: { ...environment, TERM: "xterm-256color" },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trimEnd();
  const open = (args: readonly string[], { columns, rows }: Size): Pane => {
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const name = `t${randomBytes(4).toString("hex")}`;
    // What is left on the screen can be read after its end.
    const remains = [";", "set-option", "-g", "remain-on-exit", "on"];
    tmux("new-session", "-d", ...size, "-s", name, process.execPath, program, ...args, ...remains);
    const screen = () => tmux("capture-pane", "-p", "-t", name);
    return {
      pid: Number(tmux("display-message", "-p", "-t", name, "#{pane_pid}")),
      screen,
      shows: async (text) => {
        for (let n = 0; !screen().includes(text); n += 1) {
          if (n === 600) throw new Error(`never showed ${text}:\n${screen()}`);
          await delay(100);
        }
      },
      press: (...keys) => void tmux("send-keys", "-t", name, ...keys),
      resize: (to) => void tmux("resize-window", "-t", name, "-x", `${to.columns}`, "-y", `${to.rows}`),
      isOver: () => tmux("display-message", "-p", "-t", name, "#{pane_dead}") === "1",
    };
  };
  const close = () => {
    try {
      tmux("kill-server");
    } catch {
      // Never begun.
    }
  };
  return { open, close };
}
