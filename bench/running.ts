// Programs that a bench runs: with nothing of this process's environment but its PATH.
import { spawn } from "node:child_process";
import { dirname } from "node:path";

export interface Place {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Running {
  /** Rejects with what it said where it ends with anything but 0. */
  readonly ended: Promise<void>;
  /** By SIGKILL. */
  kill(): void;
}

export async function run(argv: readonly string[], place: Place = {}): Promise<void> {
  await start(argv, place).ended;
}

export function start(
  [program = "", ...args]: readonly string[],
  { cwd = dirname(process.execPath), environment = {} }: Place,
): Running {
  const env = { PATH: process.env.PATH ?? "", ...environment };
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(" ")} ended with ${code ?? signal}\n${said}`)),
    );
  });
  return { ended, kill: () => void child.kill("SIGKILL") };
}
