// A role's secrets: files in a folder of their own beside its clone, which the supervisor reads for the step that is given them.
// What keeps them from others is the folder's mode alone: whatever runs as the same user can read them.
import { basename, join } from "node:path";
import { CrewError } from "../../errors.ts";
import type { SecretGrant } from "../../model/secret.ts";
import { isVariableName } from "../../model/shell.ts";
import type { Environment } from "./environment.ts";
import { ensureFolder, removeTree, writeWhole } from "./writing.ts";

/** Afresh: what an instance before this one was given is gone. `path` is the role's folder. */
export async function writeSecrets(path: string, secrets: readonly SecretGrant[]): Promise<void> {
  const folder = join(path, "secrets");
  await removeTree(folder);
  if (secrets.length === 0) return;
  await ensureFolder(folder);
  for (const { name, file, value } of secrets) {
    if (!value) throw new CrewError("needs-you", `The secret ${name} has no value.`, { hint: "crew config" });
    await writeWhole(join(folder, basename(file)), value());
  }
}

/** As the scripts want it: `NAME:FILE …`, from the work tree, whose own path may have spaces in it. */
export function secretVariables(secrets: readonly SecretGrant[]): Environment {
  const given = secrets
    .filter(({ name, readers }) => readers.includes("agent") && isVariableName(name))
    .map(({ name, file }) => `${name}:../secrets/${basename(file)}`);
  return given.length === 0 ? {} : { CREW_AGENT_SECRETS: given.join(" ") };
}
