// crew open: how to look at a role's reported work with an editor, in a work tree of the person's own. Opens nothing by itself:
// an editor may run what an agent wrote. Changes nothing.
import { basename } from "node:path";
import { CrewError } from "../errors.ts";
import { roleNamed } from "../model/crew.ts";
import { epicTip, shortOid } from "../model/names.ts";
import { shellLine } from "../model/shell.ts";
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp } from "./project/work-context.ts";

export async function open(
  invocation: Invocation,
  flags: GlobalFlags & { readonly format: string },
  role: string,
): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  if (role !== epicTip && !roleNamed(project.crew, role)) {
    const roles = [epicTip, ...project.crew.roles.map(({ name }) => name)].join(", ");
    throw new CrewError("failed", `There is no role ${role}`, { hint: `One of: ${roles}` });
  }
  const { branch, oid } = now.world.repository.branches.get(role) ?? {};
  if (branch === undefined || oid === undefined) {
    throw new CrewError("failed", `${role} has shown nothing yet`, { hint: `crew diff ${role} --live` });
  }
  const folder = `../${basename(invocation.cwd)}-${role}`;
  const editor = invocation.environment.VISUAL ?? invocation.environment.EDITOR ?? "code";
  const add = shellLine(["git", "worktree", "add", "--detach", folder, branch]);
  const remove = shellLine(["git", "worktree", "remove", folder]);
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(
    flags.format === "json"
      ? `${jsonText({ role, branch, commit: oid, folder }, 2)}\n`
      : [
          `${branch} is at ${shortOid(oid)}. To look at it in a work tree of your own:`,
          `  ${add} && ${editor} ${shellLine([folder])}`,
          `  ${remove}`,
          `An editor may run what is in it: crew diff ${role} shows it without.`,
          "",
        ].join("\n"),
  );
  await data.flush();
  return 0;
}
