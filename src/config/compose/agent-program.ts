// What a service runs, as a role's agent: a program that crew has a preset for, a program of one's own, or nothing but a
// container that is kept open.
import { presets } from "../rules/agents.ts";
import type { Entry, Tree } from "../tree.ts";
import { variablesIn } from "./identity.ts";
import type { Reading } from "./reading.ts";
import { entryOf, itemsOf, mapTree, textOf, textTree } from "./trees.ts";

/** Undefined where nothing in the service says which: then crew's default holds. */
export function agentOf(service: ReadonlyMap<string, Entry>, reading: Reading): Tree | undefined {
  const found = (["entrypoint", "command"] as const).map((key) => {
    const entry = service.get(key);
    return entry === undefined ? undefined : programOf(key, entry, reading);
  });
  return found[1] ?? found[0];
}

function programOf(key: string, { key: at, value }: Entry, { note, identity }: Reading): Tree | undefined {
  const line = itemsOf(value)
    .map((item) => textOf(item) ?? "")
    .join(" ")
    .trim();
  const preset = presets.find((name) => words(line).includes(name));
  if (preset !== undefined) {
    note(at, key, "becomes", `agent: ${preset}; crew gives the program its arguments, and the prompt on stdin`);
    return textTree(preset, value.at);
  }
  if (line === "" || keptOpen.test(line)) {
    note(at, key, "left out", "it keeps the container open; crew's supervisor does that");
    return undefined;
  }
  if (key === "entrypoint" || /\bgit (?:clone|checkout|switch|fetch|pull)\b/.test(line)) {
    note(
      at,
      key,
      "left out",
      "crew's supervisor runs in its place: it clones, switches to the branch and starts the agent",
    );
    return undefined;
  }
  if (variablesIn(line).some((name) => identity.ids.has(name) || identity.branches.has(name) || name === "REPO_URL")) {
    note(
      at,
      key,
      "left out",
      "it starts one agent by id or branch; crew does that. Say agent: {command: …} for what is behind it",
    );
    return undefined;
  }
  note(
    at,
    key,
    "becomes",
    "agent.command: it gets the prompt on stdin, works in the folder it is started in, and ends with 0",
  );
  return mapTree(new Map([["command", entryOf(value, at)]]), value.at);
}

/** A program's name with or without its path. */
function words(line: string): readonly string[] {
  return line.split(/[^A-Za-z0-9._/-]+/).map((word) => word.replace(/^.*\//, ""));
}

const keptOpen =
  /^(?:(?:\/usr)?(?:\/bin\/)?(?:ba|z|a)?sh|sleep (?:infinity|\d+\w?)|tail -[fF] \/dev\/null|cat|(?:\/\S*\/)?tini(?: --)?)$/;
