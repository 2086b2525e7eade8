// The story that the crash tests tell again and again: two roles, two beads with an edge between them, a gate, to the
// landed and archived epic. Its agent is a script that makes one file for each bead.
import { aBench, type Bench } from "./bench.ts";

export const storyFile = `
name: story
epic: {title: "[STORY] Two files", branch: epic/story, base: main}
tasks:
  first: {title: "Write first.txt", role: writer}
  second: {title: "Write second.txt", role: reader, blocked_by: [first]}
defaults:
  agent: {command: sh agent.sh}
roles:
  writer: {}
  reader: {into: writer}
gates: {files: sh gate.sh}
runtime: process
tracker: git
`;

/** The bead's title names the file; what is in it depends on nothing else, so that every run ends in the same tree. */
export const storyAgent = `
file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
printf 'This is %s.\\n' "$file" > "$file"
git add -- "$file"
git commit -qm "Write $file"
`;

/** Does not end by itself on first.txt: its bead is taken back while it works. */
export const endlessAgent = `
if [ "$CREW_ROLE" = writer ]; then
  touch "$HOME/busy"
  sleep 300
fi
${storyAgent.trimStart()}`;

/** Works on first.txt only once a person has told it something; keeps what it was told. */
export const listeningAgent = `
if [ "$CREW_ROLE" = writer ]; then
  cat >prompt.now
  cat prompt.now >>"$HOME/prompts"
  touch "$HOME/busy"
  grep -q "^A person says:" prompt.now || sleep 300
  exec <prompt.now
  rm prompt.now
fi
${storyAgent.trimStart()}`;

/** Works on first.txt only once a person has made `go` in its home. */
export const patientAgent = `
touch "$HOME/busy"
while [ "$CREW_ROLE" = writer ] && [ ! -e "$HOME/go" ]; do sleep 0.05; done
${storyAgent.trimStart()}`;

/** Ends the supervisor of the writer, until a person has made `mended` in its home. */
export const endingAgent = `
if [ "$CREW_ROLE" = writer ] && [ ! -e "$HOME/mended" ]; then
  kill -9 "$(cut -d' ' -f1 "$HOME/../pid")"
  sleep 300
fi
${storyAgent.trimStart()}`;

export function aStory(files: Readonly<Record<string, string>> = {}): Bench {
  return aBench({
    "crew.yaml": storyFile.trimStart(),
    "agent.sh": storyAgent.trimStart(),
    // second.txt is never without first.txt.
    "gate.sh": "test ! -e second.txt || test -e first.txt\n",
    ...files,
  });
}
