// A model that writes the file which the bead's title names, once, and says so.
import { type Answer, edit, run, say } from "./scenario.ts";

export function writesFiles(body: string): Answer {
  const file = wantedFile(body);
  // Of a model by this name none expects tools.
  if (file !== undefined && (JSON.parse(body) as { model?: string }).model === "aider")
    return edit(file, "It is done.");
  if (file === undefined || body.includes(`wrote ${file}`)) return say("It is done.");
  return run(
    `echo "This is ${file}." >${file} && git add ${file} && git commit -qm "Write ${file}" && printf 'wrote %s' ${file}`,
  );
}

/** Of the last prompt in it. */
function wantedFile(body: string): string | undefined {
  return [...body.matchAll(/Bead: \S+ +(?:\[[^\]]*\] )?Write ([a-z.]+)/g)].at(-1)?.[1];
}
