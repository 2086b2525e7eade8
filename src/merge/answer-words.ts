// What an agent is told beyond its bead when an order answers a report. Pure text from the world's records.

import { shortOid } from "../model/names.ts";
import type { Report } from "../model/records.ts";
import type { Candidate } from "./candidate.ts";
import type { GateCheck } from "./verdicts.ts";

export function failureWords(report: Report): string {
  const what = {
    done: "Your last report was not merged.",
    failed: "Your turns were used up before the work was done.",
    unresolved: "Unmerged paths were left in the last report.",
    refused: "Your last report was refused.",
    withdrawn: "The last order was withdrawn.",
  }[report.state];
  return [what, report.note, report.detail].filter((part) => part !== "").join("\n\n");
}

/** Both intents: what the role did stands in the bead; what came in between is named here. */
export function conflictWords(candidate: Candidate): string {
  const merged = candidate.tip.chain.slice(-10).map((commit) => `- ${shortOid(commit.oid)} ${commit.subject}`);
  return [
    `Your work conflicts with what was merged into ${candidate.target} meanwhile, in:`,
    candidate.paths.map((path) => `- ${path}`).join("\n"),
    "The merge of your commit into that state is under way in your work tree. Resolve every conflicting path so that",
    "both sides keep their intent, leave no conflict marker, and commit. The sides of a path are `git show :1:PATH` (what both",
    "began with), `:2:PATH` (what was merged) and `:3:PATH` (yours); where one side is just gone, a person looks first.",
    ...(merged.length > 0 ? ["Merged there lately:", merged.join("\n")] : []),
  ].join("\n");
}

export function gateWords(red: readonly GateCheck[]): string {
  return red
    .map(({ gate, verdict }) =>
      [
        `Gate "${gate.name}" (${gate.run}) failed with exit code ${verdict?.exitCode ?? "?"} on the merge of your work with its target.`,
        "You start at exactly that merge. Mend it. The end of its output:",
        verdict?.output ?? "",
      ].join("\n"),
    )
    .join("\n\n");
}
