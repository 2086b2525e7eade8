// A script in the place of codex: it says in a turn what codex would, and notes what it was given.
import { join } from "node:path";
import type { Preset } from "../../src/agents/preset.ts";
import { presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import type { Bench, OrderText } from "./bench.ts";

export const codex = presetNamed("codex") as Preset;
const line = presetLine(codex, { maxAttempts: 1, turnTimeoutMs: 1 });

export const said = (event: object) => `printf '%s\\n' '${JSON.stringify(event)}'`;
export const thread = (id: string) => said({ type: "thread.started", thread_id: id });
export const ok = said({
  type: "turn.completed",
  usage: { input_tokens: 10, cached_input_tokens: 2, output_tokens: 3 },
});
export const failed = (message: string) => `${said({ type: "turn.failed", error: { message } })}; exit 1`;

export const first = "exec -";
export const resume = (id: string) => `exec resume ${id} -`;

/** Of the bench that is in use then. */
export function scriptedCodex(benchNow: () => Bench) {
  const programs = () => ({ PATH: `${join(benchNow().folder, "programs")}:${process.env.PATH}` });
  return {
    programs,
    /** A program named codex: notes its arguments and its prompt, then does what the text says of the run with that number. */
    boot: async (...runs: readonly string[]) => {
      const bench = benchNow();
      const script = [
        "#!/bin/sh",
        'n=$(ls "$HOME" | grep -c "^prompt")',
        'cat >"$HOME/prompt.$n"; printf "%s\\n" "$*" >>"$HOME/calls"; date +%s >>"$HOME/times"',
        "case $n in",
        ...runs.map((run, n) => `${n === runs.length - 1 ? "*" : n}) ${run} ;;`),
        "esac",
        "",
      ].join("\n");
      bench.writeProgram(join(bench.folder, "programs"), "codex", script);
      await bench.boot(programs());
    },
    deliver: (order: OrderText = {}) =>
      benchNow().deliver({
        agent: line,
        reader: readerOf(codex),
        ...order,
        header: { program: "codex", ...order.header },
      }),
    calls: () =>
      benchNow()
        .read("home/calls")
        .trimEnd()
        .split("\n")
        .map((call) => call.replace(/--json .*--skip-git-repo-check /, "").replace(/-c hooks\S+ /g, "")),
    prompt: (n: number) => benchNow().read(`home/prompt.${n}`),
  };
}
