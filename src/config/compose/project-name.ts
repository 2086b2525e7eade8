// The project's name: the compose file's, or what stands before the agent's id in its container's name.
import { safeName } from "../key-names.ts";
import type { Mapping, Tree } from "../tree.ts";
import type { AgentService } from "./members.ts";
import { textOf, textTree } from "./trees.ts";

/** Undefined where neither says one that crew would take: then it is the folder's. */
export function projectName(compose: Mapping, agents: readonly AgentService[]): Tree | undefined {
  const given = compose.entries.get("name")?.value;
  if (textOf(given) !== undefined) return given;
  const container = agents[0]?.service.entries.get("container_name")?.value;
  const [, prefix = ""] = /^([^$]+?)[-_.]*\$/.exec(textOf(container) ?? "") ?? [];
  return container && prefix !== "" && safeName(prefix) === prefix ? textTree(prefix, container.at) : undefined;
}
