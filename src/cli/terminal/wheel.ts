// The wheel of a role, held for a person: its agent's turn stops, and nothing of it runs until this is let go. It is a
// program in the instance that ends with its stdin, so it is let go too when this process ends in any way.
import { EventEmitter, once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { CrewError } from "../../errors.ts";
import type { Runtime } from "../../ports/runtime.ts";

export interface Wheel {
  release(): Promise<void>;
}

export interface Wanting {
  readonly runtime: Runtime;
  readonly role: string;
  /** Who wants it, for status. */
  readonly person: string;
  readonly signal: AbortSignal;
}

/** Runs one of the supervisor's own words in the instance, whose folder is where its HOME is. */
export function supervisorArgv(word: string, ...args: readonly string[]): [string, ...string[]] {
  return ["sh", "-c", 'w=$1; shift; exec supervisor.sh "$w" "$HOME/.." "$@"', "sh", word, ...args];
}

/** Resolves once nothing of the agent runs any more; undefined: interrupted before that. */
export async function takeWheel({ runtime, role, person, signal }: Wanting): Promise<Wheel | undefined> {
  const stdin = new PassThrough();
  const output = hearing();
  const leave = () => void stdin.end();
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  const request = { argv: supervisorArgv("wheel", person), environment: {} };
  const never = new AbortController().signal;
  const ended = runtime.exec(role, request, { stdin, stdout: output.stream, stderr: output.stream, signal: never });
  const isFree = await Promise.race([output.free.then(() => true), ended.then(() => false)]);
  if (isFree) {
    // That the instance ended meanwhile is for the session to say.
    const over = ended.catch(() => undefined);
    return {
      async release() {
        signal.removeEventListener("abort", leave);
        stdin.end();
        await over;
      },
    };
  }
  if (signal.aborted) return undefined;
  const taken = /^taken (.*)$/m.exec(output.text());
  if (taken)
    throw new CrewError("failed", `${role} is attached already ${taken[1]}.`, {
      hint: `crew attach --no-stdin ${role}`,
    });
  throw new CrewError("failed", `${role} does not hand its session over. ${output.text().trim()}`.trim(), {
    hint: `crew restart ${role}`,
  });
}

function hearing() {
  let text = "";
  const heard = new EventEmitter();
  const free = once(heard, "free");
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text = `${text}${chunk}`.slice(-2_000);
      if (/^free\r?$/m.test(text)) heard.emit("free");
      done();
    },
  });
  return { stream, free, text: () => text };
}
