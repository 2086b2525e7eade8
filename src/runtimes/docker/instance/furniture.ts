// What an instance finds in its slot when it is started, and what is known of its image once it is gone. Asks no engine.
import { canonicalJson } from "../../../model/content.ts";
import type { InstanceSpec } from "../../../model/spec.ts";
import type { NewEntry } from "../archive.ts";
import type { DockerContext } from "../context.ts";
import { hubPath, inHub } from "../hub.ts";
import type { Image } from "../images/image.ts";
import { slotsFolder } from "../mail/slots.ts";
import { roleName } from "../names.ts";
import { scriptPath } from "../volumes/objects.ts";
import { environmentFiles, environmentText, supervisorVariables } from "./instance-files.ts";
import { readerRecord } from "./reader.ts";
import { secretVariables } from "./secrets.ts";

/** For one archive, named from the hub's root. */
export function furniture(
  { names, assets }: DockerContext,
  { role, environment, secrets = [] }: InstanceSpec,
  { slot, image }: { readonly slot: string; readonly image: Image },
): readonly NewEntry[] {
  const given = { role, marker: `[${roleName(names, role)}]`, scripts: scriptPath(assets, "") };
  const crews = { ...supervisorVariables(given), ...secretVariables(secrets) };
  const at = `${slotsFolder}/${slot}`;
  return inHub(hubPath.mail, [
    { name: `${at}/${environmentFiles.shell}`, content: environmentText(environment, crews) },
    { name: `${at}/${environmentFiles.json}`, content: canonicalJson(environment) },
    ...readerRecord(role, image),
  ]);
}
