// crew stats: what roles and the services beside them use of the machine, and what agents have spent, once or again and again.
// Changes nothing.
import { jsonText } from "../ui/clean.ts";
import type { TextFormat } from "../ui/lines.ts";
import { createOutput, type Sink } from "../ui/output.ts";
import { openScreen } from "../ui/screen.ts";
import { type SpentJson, spentIn } from "../ui/spent-state.ts";
import { spentText } from "../ui/spent-table.ts";
import { type StatsRow, statsRows, statsText } from "../ui/stats.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { namedOrAll } from "./known-role.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";

export interface StatsFlags extends GlobalFlags {
  readonly format: string;
  /** False for `--no-stream`. */
  readonly stream: boolean;
}

const betweenMs = 1_000;
/** Reports come seldom. */
const looksBetweenReports = 10;

interface Stats {
  readonly usage: readonly StatsRow[];
  readonly spent: SpentJson;
}

export async function stats(invocation: Invocation, flags: StatsFlags, names: readonly string[]): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const { engine } = project;
  const named = await namedOrAll(project, names);
  const { data } = createOutput({ ...invocation, color: flags.color });
  const signal = AbortSignal.any([invocation.signal, data.gone]);
  const view = flags.stream ? viewOf(data, flags.format) : undefined;
  let [before, spent] = await Promise.all([engine.runtime.usage(named), spentBy(project, names)]);
  try {
    for (let looks = 1; ; looks += 1) {
      await engine.clock.sleep(betweenMs, signal);
      if (signal.aborted) break;
      const now = await engine.runtime.usage(named);
      if (looks % looksBetweenReports === 0) spent = await spentBy(project, names);
      const seen = { usage: statsRows(named, before, now), spent };
      before = now;
      if (view) {
        view.show(seen);
        continue;
      }
      data.write(flags.format === "json" ? `${jsonText(seen, 2)}\n` : textOf(seen, data.format()));
      break;
    }
  } finally {
    view?.close();
  }
  await data.flush();
  return invocation.signal.aborted ? 130 : 0;
}

/** Of those that are named and of the beads that they worked on; the project's is all. */
async function spentBy({ crew, engine }: ViewedProject, names: readonly string[]): Promise<SpentJson> {
  const query = { project: engine.project, branches: new Map<string, string>(), mayLackBase: true } as const;
  const { orders, reports } = await engine.repository.observe(query);
  const { project } = spentIn(crew, { orders, reports });
  return {
    ...spentIn(crew, {
      orders,
      reports: names.length === 0 ? reports : reports.filter(({ role }) => names.includes(role)),
    }),
    project,
  };
}

function textOf({ usage, spent }: Stats, format: TextFormat): string {
  return [statsText(usage, format), spentText(spent, format)].filter(Boolean).join("\n");
}

interface View {
  readonly show: (seen: Stats) => void;
  readonly close: () => void;
}

/** JSON Lines; a table that is drawn over itself; or, where there is no terminal, one table under the other. */
function viewOf(data: Sink, format: string): View {
  const nothing = () => undefined;
  if (format === "json") return { show: (seen) => data.write(`${jsonText(seen)}\n`), close: nothing };
  if (!data.isTty) return { show: (seen) => data.write(`${textOf(seen, data.format())}\n`), close: nothing };
  const screen = openScreen(data);
  return {
    show: (seen) =>
      screen.draw(
        textOf(seen, data.format())
          .trimEnd()
          .split("\n")
          .slice(0, data.rows() - 1),
      ),
    close: screen.close,
  };
}
