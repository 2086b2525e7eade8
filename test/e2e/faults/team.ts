// The team that the faults happen to: two roles that do not need each other, one file each, and a gate. What happens to
// `one` must not keep `two` from its end.
import { aBench, type Bench } from "../bench.ts";

export const crewFile = `
name: team
epic: {title: Two files, base: main}
tasks:
  one: {title: "Write one.txt", role: one}
  two: {title: "Write two.txt", role: two}
defaults:
  agent: {command: sh agent.sh, max_attempts: 2}
roles:
  one: {}
  two: {}
gates: {files: sh gate.sh}
runtime: process
tracker: git
`.trimStart();

/** Writes the file that the bead's title names; a role with a script of its own (`one.sh`) runs that instead. */
const agent = `
if [ -e "$CREW_ROLE.sh" ]; then exec sh "$CREW_ROLE.sh"; fi
file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
printf 'This is %s.\\n' "$file" > "$file"
git add -- "$file"
git commit -qm "Write $file"
`.trimStart();

export function aTeam(files: Readonly<Record<string, string | null>> = {}, folder?: string): Bench {
  const all = { "crew.yaml": crewFile, "agent.sh": agent, "gate.sh": "test ! -e broken.txt\n", ...files };
  return aBench(
    Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)),
    folder,
  );
}
