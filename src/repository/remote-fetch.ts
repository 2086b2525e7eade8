// Looks at the base on the remote, as the person: fetches that one branch beside everything of theirs. Moves no branch and
// no remote-tracking ref.
import { CrewError } from "../errors.ts";
import type { BaseFetch } from "../ports/remote.ts";
import type { Context } from "./context.ts";
import { branchRef, placeRef } from "./layout.ts";
import { writeFact } from "./pins.ts";
import { refOid } from "./refs.ts";
import { remoteGit, remoteWords } from "./remote-push.ts";

export async function fetchBase(context: Context, project: string, fetch: BaseFetch): Promise<void> {
  const { remote, branch, atMs, signal } = fetch;
  const pin = placeRef(project, { kind: "upstream" });
  const args = ["fetch", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--refmap=", "--quiet"];
  const where = ["--end-of-options", remote, `+${branchRef(branch)}:${pin}`];
  const result = await remoteGit(context, signal).attempt([...args, ...where]);
  if (result.exitCode !== 0) throw failure(fetch, result.stderr);
  const oid = await refOid(context, pin);
  if (oid === undefined) throw new CrewError("conflict", `${pin} was removed meanwhile.`);
  await writeFact(context, project, { kind: "upstream", value: { remote, branch, oid, atMs } });
}

function failure({ remote, branch }: BaseFetch, stderr: string): CrewError {
  if (/couldn't find remote ref/.test(stderr)) {
    return new CrewError("needs-you", `${remote} has no branch ${branch}: nothing can be merged into it there.`, {
      hint: `git push ${remote} ${branch}, or name another one in the crew file: epic: {base: …}`,
    });
  }
  return new CrewError("failed", `${remote} cannot be looked at: ${remoteWords(stderr)}`, {
    hint: `git fetch ${remote}`,
  });
}
