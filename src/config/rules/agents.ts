// The agent: a preset that exists, or a command, never both; specialties that can be found.
import { didYouMean } from "../did-you-mean.ts";
import { listOf } from "../normalise/forms.ts";
import { placeName } from "../places.ts";
import { keySpanOf, spanOf, valueAt } from "../tree.ts";
import { type Rule, roleMaps } from "./rule.ts";

/** Agent programs that crew knows how to run. */
export const presets = [
  ...["claude", "codex", "opencode", "gemini", "qwen", "copilot", "aider", "goose", "cursor", "amp"],
] as const;

export const agents: Rule = (draft, report) => {
  for (const { path, role } of roleMaps(draft)) {
    if (role.agent === undefined) continue;
    const at = [...path, "agent"];
    const agent = typeof role.agent === "string" ? { preset: role.agent } : role.agent;
    const { preset, command } = agent;
    if (preset !== undefined && !presets.some((one) => one === preset)) {
      const place = valueAt(draft.tree, [...at, "preset"]) ? [...at, "preset"] : at;
      report(spanOf(draft.tree, place), `unknown agent "${preset}" in ${placeName(path)}`, {
        suggestion: didYouMean(preset, presets),
        allowed: `${presets.join(", ")}, or {command: …} for any other program`,
      });
    }
    if (preset !== undefined && command !== undefined) {
      report(
        keySpanOf(draft.tree, [...at, "command"]),
        `${placeName(at)} has both preset and command: give one of them`,
      );
    }
  }
};

export const specialties: Rule = (draft, report) => {
  const { specialties: found } = draft.known;
  if (!found) return;
  const names = new Set(found.names);
  for (const { path, role } of roleMaps(draft)) {
    for (const [index, name] of listOf(role.specialty ?? []).entries()) {
      if (names.has(name)) continue;
      const at = spanOf(draft.tree, [...path, "specialty", index]);
      report(at, `unknown specialty "${name}" in ${placeName(path)}; looked in ${found.lookedIn.join(", ")}`, {
        suggestion: didYouMean(name, names),
        allowed: found.names.join(", ") || "none is there",
      });
    }
  }
};
