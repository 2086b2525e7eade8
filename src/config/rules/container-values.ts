// Values of container keys that the schema cannot tell: ports, crew's own labels, signals that an instance would not end on.

import { pairsOf } from "../containers/pairs.ts";
import { isPort } from "../containers/ports.ts";
import type { Report } from "../problem.ts";
import { keySpanOf, type Path, spanOf } from "../tree.ts";
import { type Draft, type Rule, roleMaps } from "./rule.ts";

/** Signals on which the supervisor keeps the work before it ends. */
const signals: ReadonlySet<string> = new Set(["TERM", "INT", "HUP"].flatMap((name) => [name, `SIG${name}`]));

export const containerValues: Rule = (draft, report) => {
  for (const [name, service] of Object.entries(draft.file.services ?? {})) {
    checkPorts({ draft, report, path: ["services", name], ports: service.ports });
    checkLabels({ draft, report, path: ["services", name], labels: service.labels });
  }
  for (const { path, role } of roleMaps(draft)) {
    checkPorts({ draft, report, path, ports: role.ports });
    checkLabels({ draft, report, path, labels: role.labels });
    if (role.stop_signal === undefined || signals.has(role.stop_signal)) continue;
    report(spanOf(draft.tree, [...path, "stop_signal"]), `a role keeps its work on SIGTERM, SIGINT or SIGHUP alone`, {
      allowed: "SIGTERM, SIGINT, SIGHUP",
    });
  }
};

interface Place {
  readonly draft: Draft;
  readonly report: Report;
  readonly path: Path;
}

function checkPorts({
  draft,
  report,
  path,
  ports = [],
}: Place & { readonly ports?: readonly unknown[] | undefined }): void {
  for (const [index, port] of ports.entries()) {
    if (typeof port === "object" || isPort(String(port))) continue;
    report(spanOf(draft.tree, [...path, "ports", index]), `${String(port)} is no port`, {
      allowed: "80, 8080:80, 127.0.0.1:8080:80, 3000-3005:3000-3005, 53:53/udp",
    });
  }
}

function checkLabels({ draft, report, path, labels = {} }: Place & { readonly labels?: unknown }): void {
  for (const [index, name] of Object.keys(pairsOf(labels)).entries()) {
    if (!name.startsWith("dev.crew.")) continue;
    const at = Array.isArray(labels)
      ? spanOf(draft.tree, [...path, "labels", index])
      : keySpanOf(draft.tree, [...path, "labels", name]);
    report(at, `${name} is crew's own: labels under dev.crew. say whose a container is`);
  }
}
