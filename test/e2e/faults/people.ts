// What the rows about people share: an agent that waits for a word, the words a person says to the tracker, and what was ordered.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { beadsOf } from "../outcome.ts";

/** Writes the file that its bead names, once it may. */
export const waitingAgent = `
prompt=$(cat)
touch "$HOME/busy"
while [ ! -e "$HOME/go" ]; do sleep 0.1; done
file=$(printf '%s\\n' "$prompt" | sed -n 's/^Bead: .*Write //p' | head -n 1)
printf 'This is %s.\\n' "$file" > "$file"
git add -- "$file"
git commit -qm "Write $file"
`.trimStart();

/** A driver is at work, and so is the role's agent. */
export async function upUntilBusy(bench: Bench, role = "one"): Promise<void> {
  await must(bench, ["up", "-d"]);
  await bench.until(`crew/*/roles/${role}/home/busy`);
}

/** Lets a waiting agent go on. */
export function letGo(bench: Bench, role = "one"): void {
  for (const project of readdirSync(join(bench.state, "crew"))) {
    writeFileSync(join(bench.state, "crew", project, "roles", role, "home", "go"), "");
  }
}

/** The command's stdout; a command that fails fails the row. */
export async function must(bench: Bench, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await bench.crew(args);
  if (code !== 0) throw new Error(`crew ${args.join(" ")} ended with ${code}\n${stderr}`);
  return stdout.trim();
}

/** The id of the bead with this title. */
export function beadNamed(bench: Bench, title: string): string {
  const found = beadsOf(bench).find((bead) => bead.title === title);
  if (!found) throw new Error(`There is no bead ${title}`);
  return found.id;
}

/** Every order of the project `team` as `<order> <kind> <role>`, the epic's id left out. */
export function ordersOf(bench: Bench): readonly string[] {
  const format = "--format=%(refname) %(contents)%00";
  const records = bench.git("for-each-ref", format, "refs/crew/p/team/order/").split("\0");
  return records
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const order = / Order: team-[0-9a-z]+\.(.*)$/m.exec(text)?.[1];
      return `${order} ${/^Kind: (.*)$/m.exec(text)?.[1]} ${/^Role: (.*)$/m.exec(text)?.[1]}`;
    })
    .sort();
}

/** Deletes a bead as `bd delete` does: its line becomes a tombstone. The tracker takes it in as an import. */
export async function deleteBead(bench: Bench, id: string): Promise<void> {
  const line = JSON.stringify({ id, title: "", status: "tombstone", updated_at: "2100-01-01T00:00:00Z" });
  writeFileSync(join(bench.state, "tombstone.jsonl"), `${line}\n`);
  await must(bench, ["bead", "import", join(bench.state, "tombstone.jsonl")]);
}

/** Resolves once it holds; rejects when that takes too long. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${holds} never held`);
    await setTimeout(50);
  }
}

/** A commit of a person on top of a revision that writes one file, made in a work tree of its own; moves no branch. */
export function commitOn(bench: Bench, revision: string, file: string): string {
  const path = join(bench.repository, "..", "elsewhere");
  bench.git("worktree", "add", "-q", "--detach", path, revision);
  writeFileSync(join(path, file), "by a person\n");
  bench.git("-C", path, "add", "-A");
  bench.git("-C", path, "commit", "-qm", `Write ${file}`);
  const made = bench.git("-C", path, "rev-parse", "HEAD");
  bench.git("worktree", "remove", path);
  return made;
}
