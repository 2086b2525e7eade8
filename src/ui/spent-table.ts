// What agents have spent, as `crew stats` shows it: by role, by bead and in all. Pure.
import { durationText } from "./duration.ts";
import { renderLines, type Span, span, type TextFormat, type Tone } from "./lines.ts";
import { moneyWords, type SpentJson, type SpentState } from "./spent-state.ts";
import { tableLines } from "./table.ts";

/** Empty where nobody has taken a turn. */
export function spentText({ project, roles, beads }: SpentJson, { width, color }: TextFormat): string {
  if (project.turns === 0 && project.runs === 0) return "";
  const rows = [
    head("ROLE", ["TURNS", "TIME", "TOKENS IN", "CACHED", "OUT", "COST"]),
    ...Object.entries(roles).map(([name, spent]) => row(name, spent)),
    ...(Object.keys(beads).length === 0 ? [] : [head("BEAD", [])]),
    ...Object.entries(beads).map(([name, spent]) => row(name, spent)),
    row("project", project, "bold"),
  ];
  const right = { align: "right" } as const;
  const columns = [{ min: 8, yields: true }, right, right, right, right, right, right] as const;
  return renderLines(tableLines(rows, { columns, width }), { width, color });
}

function head(name: string, columns: readonly string[]): readonly Span[] {
  return [name, ...columns].map((text) => span(text, "dim"));
}

function row(name: string, spent: SpentState, tone: Tone = "plain"): readonly Span[] {
  const { turns, seconds, input, cached, output } = spent;
  const tokens = [input, cached, output].map((count) => (input + cached + output > 0 ? countText(count) : "-"));
  const time = seconds > 0 ? durationText(1000 * seconds) : "-";
  // What has no price was not free.
  const cells = [name, `${turns}`, time, ...tokens, moneyWords(spent).join(", ") || "-"];
  return cells.map((text) => span(text, tone));
}

/** `9876`, `54.3k`, `1.2M`. */
function countText(count: number): string {
  if (count < 10_000) return `${count}`;
  return count < 999_950 ? `${(count / 1000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}
