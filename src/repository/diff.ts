// Changes as git shows them: between two commits, or from a commit to the work in an instance as it stands, in both cases
// since what they have in common: what others did meanwhile is nobody's deletion. Nothing of the user's configuration takes
// part, so neither external diffs nor text conversions run.
import { CrewError } from "../errors.ts";
import type { DiffRequest } from "../ports/review.ts";
import type { Context } from "./context.ts";
import type { Git } from "./git.ts";
import { inQuarantine } from "./quarantine.ts";

export async function diff(context: Context, { from, to, form }: DiffRequest): Promise<Uint8Array> {
  if (to.kind === "commit")
    return await show(context.view, { from: await forkPoint(context.view, from, to.oid), to: to.oid, form });
  const { ref, uploadPack, role } = to;
  return await inQuarantine(context, [from], async (quarantine) => {
    const fetched = await quarantine.fetch({ ref, uploadPack });
    switch (fetched.kind) {
      case "fetched": {
        const { git } = quarantine;
        return await show(git, { from: await forkPoint(git, from, fetched.commit), to: fetched.commit, form });
      }
      case "absent":
        throw new CrewError("failed", `${role} has nothing to show yet.`, { hint: "crew status" });
      case "refused":
        throw new CrewError("failed", `The work of ${role} cannot be shown: ${fetched.reason}.`, {
          hint: `crew logs ${role}`,
        });
    }
  });
}

/** What the work was made on; without common history the other commit itself. */
async function forkPoint(git: Git, from: string, to: string): Promise<string> {
  const { exitCode, stdout } = await git.attempt(["merge-base", "--end-of-options", from, to]);
  return exitCode === 0 ? stdout.toString("utf8").trim() : from;
}

const forms: Readonly<Record<DiffRequest["form"], string>> = {
  patch: "--patch",
  stat: "--stat=80",
  names: "--name-status",
};

async function show(
  git: Git,
  { from, to, form }: { readonly from: string; readonly to: string; readonly form: DiffRequest["form"] },
): Promise<Uint8Array> {
  const plain = ["--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--submodule=short"];
  return await git.bytes(["diff", forms[form], ...plain, "--end-of-options", from, to, "--"]);
}
