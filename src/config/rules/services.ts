// What a service must have, and what only one that everybody shares may have.
import { type LongMount, longForm } from "../containers/mounts.ts";
import { keySpanOf, spanOf } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const services: Rule = ({ file, tree }, report) => {
  for (const [name, service] of Object.entries(file.services ?? {})) {
    const path = ["services", name];
    if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) {
      report(keySpanOf(tree, path), `${name} cannot be the name of a service: it begins with a letter or a digit`);
    }
    if (service.image === undefined && service.build === undefined) {
      report(keySpanOf(tree, path), `service ${name} has no image to run: write image: … into it`);
    }
    if (service.shared === true) continue;
    for (const [index, item] of (service.volumes ?? []).entries()) {
      const { type, source = "", read_only: readOnly } = longForm(item as string | LongMount);
      const declared = file.volumes?.[source];
      if (type !== "volume" || readOnly || (declared?.name === undefined && declared?.external !== true)) continue;
      const words = `${source} is one volume, and each instance has a copy of ${name} that would write there`;
      report(spanOf(tree, [...path, "volumes", index]), `${words}: write shared: true, or mount it read_only`);
    }
    for (const [index, port] of (service.ports ?? []).entries()) {
      if (!isOfHost(port)) continue;
      const words = `${shown(port)} is one port of the host, and each instance has a copy of ${name}`;
      report(spanOf(tree, [...path, "ports", index]), `${words}: write shared: true, or the container's port alone`);
    }
  }
};

function isOfHost(port: unknown): boolean {
  if (typeof port === "object" && port !== null) return (port as { readonly published?: unknown }).published != null;
  return String(port).includes(":");
}

function shown(port: unknown): string {
  return typeof port === "object" ? "published" : String(port);
}
