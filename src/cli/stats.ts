// crew stats: what roles use of the machine, once or again and again. Changes nothing.
import { jsonText } from "../ui/clean.ts";
import { createOutput, type Sink } from "../ui/output.ts";
import { openScreen } from "../ui/screen.ts";
import { type StatsRow, statsRows, statsText } from "../ui/stats.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project.ts";
import { mustBeRoles } from "./said.ts";

export interface StatsFlags extends GlobalFlags {
  readonly format: string;
  /** False for `--no-stream`. */
  readonly stream: boolean;
}

const betweenMs = 1_000;

export async function stats(invocation: Invocation, flags: StatsFlags, roles: readonly string[]): Promise<number> {
  const { crew, engine } = await openLastGood(invocation, flags);
  mustBeRoles(crew, roles);
  const named = roles.length > 0 ? roles : crew.roles.map(({ name }) => name);
  const { data } = createOutput({ ...invocation, color: flags.color });
  const signal = AbortSignal.any([invocation.signal, data.gone]);
  const view = flags.stream ? viewOf(data, flags.format) : undefined;
  let before = await engine.runtime.usage(named);
  try {
    do {
      await engine.clock.sleep(betweenMs, signal);
      if (signal.aborted) break;
      const now = await engine.runtime.usage(named);
      const rows = statsRows(named, before, now);
      if (view) view.show(rows);
      else data.write(flags.format === "json" ? `${jsonText(rows, 2)}\n` : statsText(rows, data.format()));
      before = now;
    } while (view);
  } finally {
    view?.close();
  }
  await data.flush();
  return invocation.signal.aborted ? 130 : 0;
}

interface View {
  readonly show: (rows: readonly StatsRow[]) => void;
  readonly close: () => void;
}

/** JSON Lines; a table that is drawn over itself; or, where there is no terminal, one table under the other. */
function viewOf(data: Sink, format: string): View {
  const nothing = () => undefined;
  if (format === "json") return { show: (rows) => data.write(`${jsonText(rows)}\n`), close: nothing };
  if (!data.isTty) return { show: (rows) => data.write(`${statsText(rows, data.format())}\n`), close: nothing };
  const screen = openScreen(data);
  return {
    show: (rows) =>
      screen.draw(
        statsText(rows, data.format())
          .trimEnd()
          .split("\n")
          .slice(0, data.rows() - 1),
      ),
    close: screen.close,
  };
}
