// crew on a terminal of its own (script, of util-linux): what a person types when the screen shows what they wait for.
import type { Bench, Ended } from "./bench.ts";

export interface Typing {
  readonly args: readonly string[];
  /** Keys, as printf has them, once the screen shows the text. */
  readonly keys: readonly { readonly when: string; readonly type: string }[];
  readonly size: { readonly rows: number; readonly columns: number };
}

/** `stdout`: the screen, then the lines `code <n>` and `modes <what stty says of echo and lines>`. */
export async function typed(made: Bench, { args, keys, size }: Typing): Promise<Ended> {
  const screen = `${made.state}/screen`;
  // As long as something may be typed, script does not end.
  const typing = [...keys, { when: "^modes", type: "" }].map(
    ({ when, type }) => `while ! grep -q '${when}' "${screen}" 2>/dev/null; do sleep 0.02; done; printf '${type}'`,
  );
  const script = `cmd="trap : INT; stty rows ${size.rows} cols ${size.columns};"
for each in "$0" "$@"; do cmd="$cmd '$each'"; done
cmd="$cmd; echo code \\$?; echo modes \\$(stty -a | tr ' ;' '\\n\\n' | grep -x -e '-*echo' -e '-*icanon')"
rm -f "${screen}"
{ ${typing.join("; ")}; } | script -qec "$cmd" /dev/null | tee "${screen}"`;
  const ended = await made.crew(args, { under: ["sh", "-c", script], env: { SHELL: "/bin/sh" } });
  return { ...ended, stdout: ended.stdout.replaceAll("\r", "") };
}
