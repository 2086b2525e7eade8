// Which services of a compose file are agents, and which run beside them.
import { didYouMean } from "../did-you-mean.ts";
import type { Finding } from "../problem.ts";
import { keySpanOf, type Mapping, spanOf } from "../tree.ts";
import { environmentOf } from "./environment.ts";
import { identityOf, isPersonal } from "./identity.ts";
import type { AgentService } from "./members.ts";

export interface Found {
  readonly agents: readonly [AgentService, ...AgentService[]];
  readonly services: readonly AgentService[];
}

/** `chosen`: the agent by name. A service is an agent where AGENT_ID is in its environment or anything in it holds that variable; a sole service is one. */
export function agentServices(
  compose: Mapping,
  chosen: string | undefined,
): Found | { readonly findings: readonly Finding[] } {
  const merged = mergedElsewhere(compose);
  if (merged.length > 0) return { findings: merged };
  const services = compose.entries.get("services")?.value;
  const at = keySpanOf(compose, ["services"]);
  if (services?.kind !== "mapping" || services.entries.size === 0) {
    const message = "the file has no services, so no agent either";
    return {
      findings: [
        { at: services ? at : { start: 0, end: 0 }, message, allowed: "services: {agent: {image: my-agent}}" },
      ],
    };
  }
  const all = [...services.entries].map(([name, { key, value }]) => ({ name, key, service: value }));
  const broken = all.filter(({ service }) => service.kind !== "mapping");
  if (broken.length > 0) {
    return {
      findings: broken.map(({ name }) => ({
        at: spanOf(services, [name]),
        message: `service ${name} must be a map of keys such as image and environment`,
      })),
    };
  }
  const known = all as unknown as readonly AgentService[];
  const agents = known.filter((each) => (chosen === undefined ? isAgent(each, known) : each.name === chosen));
  const [first, ...rest] = agents;
  if (first) return { agents: [first, ...rest], services: known.filter((each) => !agents.includes(each)) };
  const names = known.map(({ name }) => name);
  const suggestion = chosen === undefined ? undefined : didYouMean(chosen, names);
  const message =
    chosen === undefined
      ? `none of the services ${names.join(", ")} is an agent: none has AGENT_ID in its environment; name one with --service`
      : `there is no service "${chosen}"`;
  return { findings: [{ at, message, suggestion, allowed: names.join(", ") }] };
}

function isAgent({ service }: AgentService, all: readonly AgentService[]): boolean {
  return (
    all.length === 1 ||
    environmentOf(service.entries.get("environment")?.value).has("AGENT_ID") ||
    isPersonal(service, identityOf([]))
  );
}

/** What only Compose can put together, by its own rules. */
function mergedElsewhere(compose: Mapping): readonly Finding[] {
  const way = "docker compose config --no-interpolate --no-path-resolution | crew import -";
  const message = (key: string) => `${key} is put together by Compose itself; let it: ${way}`;
  const include = compose.entries.get("include");
  const services = compose.entries.get("services")?.value;
  const extended = services?.kind === "mapping" ? [...services.entries.values()] : [];
  return [
    ...(include ? [{ at: include.key, message: message("include") }] : []),
    ...extended.flatMap(({ value }) => {
      const entry = value.kind === "mapping" ? value.entries.get("extends") : undefined;
      return entry ? [{ at: entry.key, message: message("extends") }] : [];
    }),
  ];
}
