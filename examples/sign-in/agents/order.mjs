// Reads what crew asks for: the bead's title and, after a failing check, which tests failed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export function readOrder() {
  const prompt = readFileSync(process.env.CREW_PROMPT_FILE ?? 0, "utf8");
  return { title: titleIn(prompt) ?? titleFromTracker(), failedTests: failedTestsIn(prompt) };
}

/** The prompt names its bead in a line of its own: `Bead: <id>  <title>`. */
function titleIn(prompt) {
  return prompt.match(/^Bead: \S+\s+(.+?)\s*$/m)?.[1];
}

function titleFromTracker() {
  const json = execFileSync("bd", ["show", process.env.CREW_BEAD, "--json"], { encoding: "utf8" });
  return JSON.parse(json)[0].title;
}

/** node:test marks a failed test with ✖ for people, and with "not ok" in TAP. */
function failedTestsIn(prompt) {
  const failed = /^[\s>|]*(?:✖|not ok \d+ -) (.+?)(?: \([\d.]+ms\))?\s*$/gm;
  return [...prompt.matchAll(failed)].map((match) => match[1]);
}
