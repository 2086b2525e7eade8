// The keys that end looking and hand a session back, as Docker writes them. They are taken out of what is typed; their
// beginning is handed on once it turns out to be no more than that.
import { Transform } from "node:stream";
import { CrewError } from "../../errors.ts";

export const defaultDetachKeys = "ctrl-p,ctrl-q";

/** `ctrl-p,ctrl-q` → the bytes that they are. */
export function detachKeys(text: string): Buffer {
  const bytes = text.split(",").map((word) => {
    const control = /^ctrl-([a-z@[\\\]^_])$/.exec(word)?.[1];
    if (control !== undefined) return control.toUpperCase().charCodeAt(0) - 64;
    if (/^[\x21-\x7e]$/.test(word)) return word.charCodeAt(0);
    throw new CrewError("failed", `--detach-keys ${text}: ${word === "" ? "a key is missing" : `${word} is no key`}.`, {
      hint: `A character, or ctrl- and one of a-z @ [ \\ ] ^ _, with commas between: ${defaultDetachKeys}`,
    });
  });
  return Buffer.from(bytes);
}

/** Passes on what is typed until the keys are; then calls back once and passes on nothing more. */
export function watchingFor(keys: Buffer, onDetach: () => void): Transform {
  let matched = 0;
  let isOver = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const kept: number[] = [];
      for (const byte of chunk) {
        if (isOver) break;
        if (byte !== keys[matched] && matched > 0) {
          kept.push(...keys.subarray(0, matched));
          matched = 0;
        }
        if (byte === keys[matched]) matched += 1;
        else kept.push(byte);
        if (matched === keys.length) {
          isOver = true;
          onDetach();
        }
      }
      done(null, Buffer.from(kept));
    },
  });
}
