// Names for places in the file, as people say them: `turn_timeout of agent of role backend`. Pure.
import type { Path } from "./tree.ts";

/** `in role backend`, or `at the top`. */
export function inPlace(path: Path): string {
  return path.length === 0 ? "at the top" : `in ${placeName(path)}`;
}

/** `role backend`, `branch of role backend`, `item 2 of depends_on of role backend`. */
export function placeName(path: Path): string {
  const words: string[] = [];
  let index = 0;
  while (index < path.length) {
    const [word, used] = wordAt(path, index);
    words.push(word);
    index += used;
  }
  return words.length === 0 ? "the file" : words.reverse().join(" of ");
}

/** Collections whose members have a word of their own. */
const members: Readonly<Record<string, string>> = {
  roles: "role",
  gates: "gate",
  inputs: "input",
  services: "service",
  secrets: "secret",
  networks: "network",
  volumes: "volume",
};

/** The next word, and how many steps of the path it covers. */
function wordAt(path: Path, index: number): readonly [string, number] {
  const step = path[index] ?? "";
  const next = path[index + 1];
  if (step === "tasks" && next !== undefined) return taskAt(path, index);
  const member = index === 0 ? members[step] : undefined;
  if (member && next !== undefined) return [`${member} ${isIndex(next) ? Number(next) + 1 : next}`, 2];
  return [isIndex(step) && index > 0 ? `item ${Number(step) + 1}` : String(step), 1];
}

/** A task by its dotted path. */
function taskAt(path: Path, index: number): readonly [string, number] {
  const keys: string[] = [];
  let at = index;
  while (path[at] === "tasks" && path[at + 1] !== undefined) {
    keys.push(String(path[at + 1]));
    at += 2;
  }
  return [`task ${keys.join(".")}`, at - index];
}

function isIndex(step: string | number): boolean {
  return typeof step === "number" || /^\d+$/.test(step);
}
