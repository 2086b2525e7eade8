// The agent: a preset that exists, or a command, never both; specialties that can be found.
import { isPath } from "../containers/mounts.ts";
import { didYouMean } from "../did-you-mean.ts";
import { listOf } from "../normalise/forms.ts";
import { placeName } from "../places.ts";
import { checkWords } from "../presets/words.ts";
import { keysOf, presetSchema } from "../schema.ts";
import { presetKeys } from "../supported.ts";
import { keySpanOf, spanOf, valueAt } from "../tree.ts";
import { type Rule, roleMaps } from "./rule.ts";

/** Agent programs that crew knows how to run. */
export const presets = Object.keys(presetKeys);

/** Keys that describe a preset's program. */
const ofPresets = keysOf(presetSchema);

export const agents: Rule = (draft, report) => {
  for (const { path, role } of roleMaps(draft)) {
    if (role.agent === undefined) continue;
    const at = [...path, "agent"];
    const agent = typeof role.agent === "string" ? { preset: role.agent } : role.agent;
    const { preset, command } = agent;
    if (preset !== undefined && !isPath(preset) && !presets.includes(preset)) {
      const place = valueAt(draft.tree, [...at, "preset"]) ? [...at, "preset"] : at;
      report(spanOf(draft.tree, place), `unknown agent "${preset}" in ${placeName(path)}`, {
        suggestion: /\/|\.ya?ml$/.test(preset) ? `./${preset}` : didYouMean(preset, presets),
        allowed: `${presets.join(", ")}, ./PATH of one of your own, or {command: …} for any other program`,
      });
    }
    if (preset !== undefined && command !== undefined) {
      report(
        keySpanOf(draft.tree, [...at, "command"]),
        `${placeName(at)} has both preset and command: give one of them`,
      );
    }
    if (command === undefined) checkWords({ keys: agent, tree: draft.tree, path: at }, report);
    for (const key of command === undefined ? [] : ofPresets) {
      const value = valueAt(draft.tree, [...at, key]);
      if (!value || (key === "interactive" && value.kind === "scalar")) continue;
      report(
        keySpanOf(draft.tree, [...at, key]),
        `${key} is of a preset, and ${placeName(at)} is a command: remove it`,
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
