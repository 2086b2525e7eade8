// Times that make sense: a timeout of nothing would fail everything, one of days would hide a hang.
import { durationMs } from "../durations.ts";
import { namedGates } from "../normalise/gates.ts";
import { placeName } from "../places.ts";
import type { Report } from "../problem.ts";
import { type Mapping, type Path, spanOf } from "../tree.ts";
import { type Rule, roleMaps } from "./rule.ts";

const shortestMs = 1000;
const longestMs = 24 * 3_600_000;

export const timeouts: Rule = (draft, report) => {
  for (const { path, role } of roleMaps(draft)) {
    const agent = typeof role.agent === "object" ? role.agent : {};
    check({ text: agent.turn_timeout, path: [...path, "agent", "turn_timeout"], tree: draft.tree }, report);
  }
  for (const { gate, at } of namedGates(draft.file)) {
    const text = typeof gate === "string" ? undefined : gate.timeout;
    check({ text, path: [...at, "timeout"], tree: draft.tree }, report);
  }
};

function check(
  { text, path, tree }: { readonly text: string | undefined; readonly path: Path; readonly tree: Mapping },
  report: Report,
): void {
  if (text === undefined) return;
  const ms = durationMs(text);
  if (ms >= shortestMs && ms <= longestMs) return;
  report(spanOf(tree, path), `${placeName(path)} must be from 1s to 24h, not ${text}`);
}
