// Looks at the remote, as the person: fetches the base beside everything of theirs, and asks how the pull request fares.
// Moves no branch and no remote-tracking ref.
import { CrewError } from "../errors.ts";
import type { RemoteLook } from "../ports/remote.ts";
import type { Context } from "./context.ts";
import { branchRef, placeRef } from "./layout.ts";
import { writeFact } from "./pins.ts";
import { fateOf, noteFate } from "./pull-request-fate.ts";
import { refOid } from "./refs.ts";
import { remoteGit, remoteWords } from "./remote-push.ts";

export async function lookAtRemote(context: Context, project: string, look: RemoteLook): Promise<void> {
  await fetchBase(context, project, look);
  const { request } = look;
  if (!request) return;
  const asking = { ...look, request };
  const fate = await fateOf(context, asking);
  // Merged between the two: the base that has it is the one to look at.
  if (fate === "merged" && request.fact.ended !== fate) await fetchBase(context, project, look);
  if (fate !== undefined) await noteFate(context, project, { ...asking, fate });
}

async function fetchBase(context: Context, project: string, look: RemoteLook): Promise<void> {
  const { remote, branch, atMs, signal } = look;
  const pin = placeRef(project, { kind: "upstream" });
  const args = ["fetch", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--refmap=", "--quiet"];
  const where = ["--end-of-options", remote, `+${branchRef(branch)}:${pin}`];
  const result = await remoteGit(context, signal).attempt([...args, ...where]);
  if (result.exitCode !== 0) throw failure(look, result.stderr);
  const oid = await refOid(context, pin);
  if (oid === undefined) throw new CrewError("conflict", `${pin} was removed meanwhile.`);
  await writeFact(context, project, { kind: "upstream", value: { remote, branch, oid, atMs } });
}

function failure({ remote, branch }: RemoteLook, stderr: string): CrewError {
  if (/couldn't find remote ref/.test(stderr)) {
    return new CrewError("needs-you", `${remote} has no branch ${branch}: nothing can be merged into it there.`, {
      hint: `git push ${remote} ${branch}, or name another one in the crew file: epic: {base: …}`,
    });
  }
  return new CrewError("failed", `${remote} cannot be looked at: ${remoteWords(stderr)}`, {
    hint: `git fetch ${remote}`,
  });
}
