// A terminal (tmux) with one program on it: what it shows, and what is typed into it.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

interface Shown {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

export class Screen {
  readonly #server = `crew-test-${randomBytes(4).toString("hex")}`;
  readonly #environment: Readonly<Record<string, string>>;

  constructor({ argv, cwd, environment }: Shown) {
    this.#environment = { ...environment, TERM: "xterm-256color" };
    // What is left on it can be read after its end.
    const remains = [";", "set-option", "-g", "remain-on-exit", "on"];
    this.#tmux("new-session", "-d", "-x", "120", "-y", "40", "-c", cwd, ...argv, ...remains);
  }

  text(): string {
    return this.#tmux("capture-pane", "-p");
  }

  /** Rejects after a minute and a half, with what it shows instead. */
  async until(what: string, isSo: (text: string) => boolean): Promise<void> {
    for (const limit = Date.now() + 90_000; !isSo(this.text()); await delay(200)) {
      if (Date.now() > limit) throw new Error(`never ${what}:\n${this.text()}`);
    }
  }

  /** A line as a person types it: a program takes what comes at once with the key for something pasted. */
  async type(line: string): Promise<void> {
    this.#tmux("send-keys", "-l", line);
    await delay(500);
    this.#tmux("send-keys", "Enter");
  }

  close(): void {
    try {
      this.#tmux("kill-server");
    } catch {
      // Gone by itself.
    }
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#server, "-f", "/dev/null", ...args], {
      env: this.#environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trimEnd();
  }
}
