// A workbench for one supervisor under one shell: a repository, an instance's folder, and files read and written as crew
// does. Ends everything that it started.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OrderMessage, orderParts, parseReport, parseStatus, partsOf } from "../../src/agents/mailbox.ts";
import type { MailReport, MailStatus } from "../../src/model/world.ts";
import { scripts } from "./scripts.ts";

export type Shell = readonly [string, ...string[]];

/** Polls until the value is there; an error of the probe counts as not yet. */
export async function eventually<T>(what: string, probe: () => T | undefined | false, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = probe();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Pids whose environment holds exactly this marker. */
export function marked(marker: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`CREW_INSTANCE=${marker}`);
      } catch {
        return false;
      }
    });
}

export type OrderText = Partial<Omit<OrderMessage, "header">> & { readonly header?: Partial<OrderMessage["header"]> };

export class Bench {
  readonly shell: Shell;
  readonly root: string;
  readonly repository: string;
  readonly folder: string;
  readonly work: string;
  readonly marker: string;
  /** The commit that orders start at. */
  readonly start: string;
  #children: ChildProcess[] = [];
  #path = process.env.PATH ?? "/usr/bin:/bin";

  constructor(shell: Shell) {
    this.shell = shell;
    this.root = mkdtempSync(join(tmpdir(), "crew bench "));
    this.repository = join(this.root, "repository");
    this.folder = join(this.root, "project", "roles", "dev");
    this.work = join(this.folder, "work");
    this.marker = `[bench-${this.root.slice(-6)}/dev]`;
    mkdirSync(this.repository);
    this.inRepository("init", "-q", "-b", "main");
    this.start = this.commit({ "a.txt": "one\n" }, "One");
    for (const name of ["bin", "source", "inbox/new", "inbox/cur", "inbox/msg", "outbox", "home", "log", "state"]) {
      mkdirSync(join(this.folder, name), { recursive: true });
    }
    const all = { "supervisor.sh": scripts.supervisor, bd: scripts.bd, "crew-tell": scripts.tell };
    for (const [name, text] of Object.entries(all)) {
      writeFileSync(join(this.folder, "bin", name), text, { mode: 0o755 });
    }
    writeFileSync(join(this.folder, "source/format"), "sha1\n");
    writeFileSync(join(this.folder, "source/alternates"), `${join(this.repository, ".git/objects")}\n`);
    this.run("clone", this.folder, "feature/dev", this.start);
  }

  /** A commit in the user's repository, on its current branch. */
  commit(files: Readonly<Record<string, string>>, subject: string): string {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.repository, name), text);
    this.inRepository("add", "-A");
    this.inRepository("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", subject);
    return this.inRepository("rev-parse", "HEAD");
  }

  inRepository(...args: string[]): string {
    return execFileSync("git", ["-C", this.repository, ...args], { encoding: "utf8", env: gitEnvironment }).trim();
  }

  inClone(...args: string[]): string {
    return execFileSync("git", ["-C", this.work, ...args], {
      encoding: "utf8",
      env: gitEnvironment,
      stdio: "pipe",
    }).trim();
  }

  environment(own: Readonly<Record<string, string>> = {}): Record<string, string> {
    const home = join(this.folder, "home");
    return { PATH: this.#path, HOME: home, TERM: "dumb", ...own, CREW_ROLE: "dev", CREW_INSTANCE: this.marker };
  }

  get #script(): string {
    return join(this.folder, "bin/supervisor.sh");
  }

  /** One of the supervisor's short modes. */
  run(...args: string[]): string {
    const [program, ...rest] = this.shell;
    const { CREW_INSTANCE, ...environment } = this.environment();
    const env = { ...environment, CREW_READER: CREW_INSTANCE ?? "" };
    return execFileSync(program, [...rest, this.#script, ...args], { encoding: "utf8", stdio: "pipe", env });
  }

  /** The same, not waited for. */
  begin(...args: string[]): Promise<void> {
    const [program, ...rest] = this.shell;
    const { CREW_INSTANCE, ...environment } = this.environment();
    const env = { ...environment, CREW_READER: CREW_INSTANCE ?? "" };
    const child = spawn(program, [...rest, this.#script, ...args], { env, stdio: "ignore" });
    return new Promise((resolve, reject) => {
      child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${code}`))));
    });
  }

  /**
   * From now on the program first runs this shell text where the words are among its arguments, such as `sleep 1` to be
   * slow. The answer is a file that is there once one has begun.
   */
  before(program: string, words: string, text: string): string {
    const folder = join(this.root, `before ${program}`);
    mkdirSync(folder);
    const script = `#!/bin/sh\nPATH=\${PATH#*:}\ncase " $* " in *"${words}"*) : >"\${0%/*}/begun"; ${text} ;; esac\nexec ${program} "$@"\n`;
    writeFileSync(join(folder, program), script);
    chmodSync(join(folder, program), 0o755);
    this.#path = `${folder}:${this.#path}`;
    return join(folder, "begun");
  }

  /** An executable file in the folder. */
  writeProgram(folder: string, name: string, text: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }

  /** Starts a supervisor in its own session, as crew does, and does not wait for it. */
  spawn(own: Readonly<Record<string, string>> = {}): ChildProcess {
    const [program, ...rest] = this.shell;
    const child = spawn(program, [...rest, this.#script, this.folder], {
      detached: true,
      cwd: this.folder,
      env: this.environment(own),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    return child;
  }

  async boot(own: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
    const child = this.spawn(own);
    await eventually("the claim", () => this.claimedBy() === child.pid);
    return child;
  }

  claimedBy(): number {
    return Number.parseInt(this.read("pid"), 10);
  }

  message(order: OrderText = {}): OrderMessage {
    const id = order.id ?? "b-1.1.1";
    return {
      kind: "order",
      id,
      prompt: "Do the bead.\n",
      beads: "[\n]\n",
      shown: "[\n]\n",
      agent: "echo done >done.txt",
      ...order,
      header: {
        order: id,
        bead: id.split(".")[0] ?? "",
        title: `Work of ${id}`,
        kind: "bead",
        start: this.start,
        branch: "feature/dev",
        maxTurns: 3,
        turnTimeoutSeconds: 30,
        ...order.header,
      },
    };
  }

  deliver(order: OrderText = {}, bytes: Readonly<Record<string, Uint8Array>> = {}): OrderMessage {
    const message = this.message(order);
    const parts = join(this.folder, "inbox/msg", message.id);
    rmSync(parts, { recursive: true, force: true });
    mkdirSync(parts);
    for (const [name, text] of Object.entries({ ...orderParts(message), ...bytes }))
      writeFileSync(join(parts, name), text);
    this.post(message.id);
    return message;
  }

  /** What a person says, for the order b-1.1.1 unless another is named. */
  tell(id: string, words: string, { to = "b-1.1.1", isUrgent = false } = {}): void {
    const given = partsOf({ kind: "tell", id, to, words, isUrgent });
    const folder = join(this.folder, "inbox/msg", given?.folder ?? "");
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(given?.parts ?? {})) writeFileSync(join(folder, name), text);
    this.post(`tell-${id}`);
  }

  /** Writes the entry that completes a message, and wakes the supervisor. */
  post(name: string): void {
    writeFileSync(join(this.folder, "inbox/new", name), "");
    const pid = existsSync(join(this.folder, "pid")) ? this.claimedBy() : 0;
    if (marked(this.marker).includes(pid)) process.kill(pid, "SIGUSR1");
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  names(path: string): string[] {
    return readdirSync(join(this.folder, path)).sort();
  }

  status(): MailStatus | undefined {
    return parseStatus(this.read("status"));
  }

  async phase(phase: MailStatus["phase"], order?: string): Promise<MailStatus> {
    return await eventually(`phase ${phase}`, () => {
      const status = this.status();
      return status?.phase === phase && (order === undefined || status.order === order) ? status : undefined;
    });
  }

  async report(id = "b-1.1.1", timeoutMs = 20_000): Promise<MailReport> {
    return await eventually(`the report of ${id}`, () => parseReport(id, this.read(`outbox/${id}`)), timeoutMs);
  }

  async idle(): Promise<void> {
    await eventually(
      "idle and an empty inbox",
      () => this.status()?.phase === "idle" && this.names("inbox/new").length === 0,
    );
  }

  /** Everything of the instance but the supervisor itself and its one-second sleep. */
  strangers(): number[] {
    const claimed = this.has("pid") ? this.claimedBy() : 0;
    return marked(this.marker).filter((pid) => {
      if (pid === claimed) return false;
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
        return command !== "" && !command.startsWith("sleep\x001\0");
      } catch {
        return false;
      }
    });
  }

  async terminate(): Promise<void> {
    process.kill(this.claimedBy(), "SIGTERM");
    await eventually("the end of the supervisor", () => !this.has("pid") && marked(this.marker).length === 0);
  }

  async close(): Promise<void> {
    await eventually("nothing of the bench left", () => {
      const left = marked(this.marker);
      for (const pid of left) process.kill(pid, "SIGKILL");
      return left.length === 0;
    });
    for (const child of this.#children) child.removeAllListeners();
    rmSync(this.root, { recursive: true, force: true });
  }
}

const gitEnvironment = {
  PATH: process.env.PATH ?? "",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  HOME: "/nonexistent",
};
