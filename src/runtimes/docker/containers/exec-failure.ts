// Tells a command that could not be run from one that ran: the engine says why on the command's own stdout (20.10 to 28), or as
// the answer to the call. Knows no container.
import type { ExecEnd } from "../../../ports/runtime.ts";
import type { Say } from "./streams.ts";

const start = Buffer.from("OCI runtime exec failed: ");
const mostBytes = 8_192;

export interface Listening {
  readonly say: Say;
  /** The whole output, where it may be the engine's word; what is no such word has gone on. */
  readonly held: () => string;
  /** It was the command's own after all. */
  readonly release: () => Promise<void>;
}

/** Holds back an output for as long as it reads like the engine's own word. */
export function listening(say: Say): Listening {
  let held: Buffer | undefined = Buffer.alloc(0);
  const release = async () => {
    const all = held ?? Buffer.alloc(0);
    held = undefined;
    if (all.length > 0) await say(all);
  };
  return {
    say: async (chunk) => {
      if (!held) return await say(chunk);
      held = Buffer.concat([held, chunk]);
      const length = Math.min(held.length, start.length);
      if (held.length > mostBytes || !held.subarray(0, length).equals(start.subarray(0, length))) await release();
    },
    held: () => held?.toString("utf8") ?? "",
    release,
  };
}

/** Undefined where the words say nothing of the kind. `file`: what was to be run. */
export function failureIn(
  words: string,
  { role, file }: { readonly role: string; readonly file: string },
): ExecEnd | undefined {
  if (/chdir to cwd .*(no such file|not a directory|permission denied)/i.test(words)) {
    return { exitCode: 126, problem: `${role} has no such folder to run ${file} in` };
  }
  if (/executable file not found|no such file or directory/.test(words)) {
    return { exitCode: 127, problem: `${role}: ${file}: there is no such command` };
  }
  if (/permission denied|exec format error|is a directory/i.test(words)) {
    return { exitCode: 126, problem: `${role}: ${file}: it cannot be run` };
  }
  return undefined;
}
