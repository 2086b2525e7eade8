// What a service runs, as a role's agent: a program that crew has a preset for, a program of one's own, or nothing but a
// container that is kept open.
import { presets } from "../rules/agents.ts";
import type { Entry, Tree } from "../tree.ts";
import { variablesIn } from "./identity.ts";
import type { Reading } from "./reading.ts";
import { entryOf, itemsOf, mapTree, textOf, textTree } from "./trees.ts";

/** Undefined where nothing in the service says which: then crew's default holds. */
export function agentOf(service: ReadonlyMap<string, Entry>, reading: Reading): Tree | undefined {
  const [entrypoint, command] = [service.get("entrypoint"), service.get("command")];
  const started = entrypoint && programOf("entrypoint", entrypoint, reading);
  if (started && command) reading.note(command.key, "command", "left out", "crew gives the program its arguments");
  return started ?? (command && programOf("command", command, reading));
}

function programOf(key: "entrypoint" | "command", { key: at, value }: Entry, reading: Reading): Tree | undefined {
  const words = itemsOf(value).map((item) => textOf(item) ?? "");
  const line = words.join(" ").trim();
  const preset = presetIn(line);
  if (preset !== undefined) {
    const how = "crew gives the program its arguments, and the prompt on stdin";
    reading.note(at, key, "becomes", `agent: ${preset}; ${how}`);
    return textTree(preset, value.at);
  }
  const reason = whyLeftOut(key, line, reading);
  if (reason !== undefined) {
    reading.note(at, key, "left out", reason);
    return undefined;
  }
  const how = "it gets the prompt on stdin, works in the folder it is started in, and ends with 0";
  reading.note(at, key, "becomes", `agent.command: ${how}`);
  return mapTree(new Map([["command", entryOf(value, at)]]), value.at);
}

function whyLeftOut(key: "entrypoint" | "command", line: string, { identity }: Reading): string | undefined {
  if (line === "") return "it is empty";
  if (keptOpen.test(line)) return "it keeps the container open; crew's supervisor does that";
  if (key === "entrypoint" || /\bgit (?:clone|checkout|switch|fetch|pull)\b/.test(line))
    return "crew's supervisor runs in its place: it clones, switches to the branch and starts the agent";
  const isOfOne = variablesIn(line).some(
    (name) => identity.ids.has(name) || identity.branches.has(name) || name === "REPO_URL",
  );
  if (!isOfOne) return undefined;
  return "it starts one agent by id or branch; crew does that. Say agent: {command: …} for what is behind it";
}

/** The first program of the line, or of a shell's line in it, that is an agent: by its name, with or without its path. */
function presetIn(line: string): string | undefined {
  return presets
    .map((name) => ({ name, at: line.search(started(name)) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]?.name;
}

/** At the beginning, behind what ends a command of a shell, or behind a program that starts another. */
function started(name: string): RegExp {
  const before = String.raw`(?:^|[;&|("']|\s(?:-l?c|--)\s|\b(?:exec|npx|bunx|nohup|do|then)\s(?:-y\s)?)`;
  return new RegExp(String.raw`${before}\s*["']?(?:[\w@.~/-]*/)?${name}(?:-code|-cli)?(?=$|[\s"';&|)])`);
}

const keptOpen =
  /^(?:(?:\/usr)?(?:\/bin\/)?(?:ba|z|a)?sh|sleep (?:infinity|\d+\w?)|tail -[fF] \/dev\/null|cat|(?:\/\S*\/)?tini(?: --)?)$/;
