// Secrets of a role or a service: files in a volume of their own that is mounted at /run/secrets, filled before the container is
// there and gone with it. Nothing that the engine shows of either holds a value.
import type { MountSettings } from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { SecretGrant, SecretReader } from "../../../model/secret.ts";
import { isVariableName } from "../../../model/shell.ts";
import type { NewEntry } from "../archive.ts";
import type { DockerContext } from "../context.ts";
import { type DockerNames, type Labels, label, labelsOf, type SecretsOwner, secretsVolumeName } from "../names.ts";
import { ownerLabels } from "../networks/owner-labels.ts";
import { endFillers, fillVolume } from "../volumes/filler.ts";
import { ensureVolume, removeVolumeNamed, volumeMount } from "../volumes/volumes.ts";

export const secretsFolder = "/run/secrets";

/** Afresh: what a container before this one was given is gone. */
export async function fillSecrets(
  context: DockerContext,
  whose: SecretsOwner,
  secrets: readonly SecretGrant[],
): Promise<void> {
  const { names } = context;
  const name = secretsVolumeName(names, whose);
  await removeFilled(context, name);
  const entries = secretEntries(secrets);
  const labels = secretsLabels(names, whose);
  await ensureVolume(context, name, labels);
  await fillVolume(context, { volume: name, labels, entries });
}

export async function removeSecrets(context: DockerContext, whose: SecretsOwner): Promise<void> {
  await removeFilled(context, secretsVolumeName(context.names, whose));
}

/** Also where a crew was killed while it filled it. */
async function removeFilled(context: DockerContext, name: string): Promise<void> {
  try {
    await removeVolumeNamed(context, name);
  } catch {
    await endFillers(context, name);
    await removeVolumeNamed(context, name);
  }
}

/** A service may run as root, who could change them: to it they are read-only. */
export function secretMounts(
  names: DockerNames,
  whose: SecretsOwner,
  secrets: readonly SecretGrant[] = [],
): readonly MountSettings[] {
  if (secrets.length === 0) return [];
  const name = secretsVolumeName(names, whose);
  const readOnly = whose.kind === "service";
  return [volumeMount({ name, at: secretsFolder, labels: secretsLabels(names, whose), readOnly })];
}

function secretsLabels(names: DockerNames, whose: SecretsOwner): Labels {
  const more =
    whose.kind === "role"
      ? { [label.role]: whose.role }
      : { ...ownerLabels(whose.owner), [label.service]: whose.service };
  return labelsOf(names, "secrets", more);
}

/** Relative to their folder. Where the file says nothing else, whoever the container runs as can read them, and only root could change them. */
export function secretEntries(secrets: readonly SecretGrant[]): readonly NewEntry[] {
  return secrets.map(({ name, file, value, uid, gid, mode = 0o444 }) => {
    if (!value) throw new CrewError("needs-you", `The secret ${name} has no value.`, { hint: "crew config" });
    const owner = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
    return { name: file.slice(secretsFolder.length + 1), content: value(), mode, ...owner };
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
