// A role's secrets: files in a volume of their own that is mounted at /run/secrets, filled before the container is there and gone
// with it. Nothing that the engine shows of either holds a value.
import { CrewError } from "../../../errors.ts";
import type { SecretGrant, SecretReader } from "../../../model/secret.ts";
import { isVariableName } from "../../../model/shell.ts";
import type { NewEntry } from "../archive.ts";
import type { DockerContext } from "../context.ts";
import { label, labelsOf, secretsVolumeName } from "../names.ts";
import { fillVolume } from "../volumes/filler.ts";
import { ensureVolume, removeVolumeNamed } from "../volumes/volumes.ts";

export const secretsFolder = "/run/secrets";

export interface RoleSecrets {
  readonly role: string;
  readonly secrets: readonly SecretGrant[];
}

/** Afresh: what an instance before this one was given is gone. */
export async function fillSecrets(context: DockerContext, { role, secrets }: RoleSecrets): Promise<void> {
  const { names } = context;
  const name = secretsVolumeName(names, role);
  await removeVolumeNamed(context, name);
  const entries = secretEntries(secrets);
  const labels = labelsOf(names, "secrets", { [label.role]: role });
  await ensureVolume(context, name, labels);
  await fillVolume(context, { volume: name, labels, entries });
}

/** Relative to their folder. Whoever the container runs as can read them, and only root could change them. */
export function secretEntries(secrets: readonly SecretGrant[]): readonly NewEntry[] {
  return secrets.map(({ name, file, value }) => {
    if (!value) throw new CrewError("needs-you", `The secret ${name} has no value.`, { hint: "crew config" });
    return { name: file.slice(secretsFolder.length + 1), content: value(), mode: 0o444 };
  });
}

/** What the scripts in an instance export, and to which step: `NAME:/run/secrets/NAME …`. One of another name is a file alone. */
export function secretVariables(secrets: readonly SecretGrant[]): Readonly<Record<string, string>> {
  const of = (reader: SecretReader) =>
    secrets
      .filter(({ name, readers }) => readers.includes(reader) && isVariableName(name))
      .map(({ name, file }) => `${name}:${file}`)
      .join(" ");
  const folder = secrets.length === 0 ? "" : secretsFolder;
  const all = { CREW_SECRETS: folder, CREW_AGENT_SECRETS: of("agent"), CREW_SETUP_SECRETS: of("setup") };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}
