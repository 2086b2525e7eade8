// A program that leaves a file behind, to see whether it ran.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GitBench } from "./git-bench.ts";

export interface Tripwire {
  /** For a shell. */
  readonly command: string;
  readonly program: string;
  ran(): boolean;
  reset(): void;
}

/** `then`: what it does after that, as a shell has it. */
export function tripwire(bench: GitBench, name: string, then = "exit 1"): Tripwire {
  const mark = join(bench.root, `${name}-ran`);
  const program = join(bench.root, `${name}.sh`);
  writeFileSync(program, `#!/bin/sh\n: >'${mark}'\n${then}\n`, { mode: 0o755 });
  return {
    command: `'${program}'`,
    program,
    ran: () => existsSync(mark),
    reset: () => rmSync(mark, { force: true }),
  };
}
