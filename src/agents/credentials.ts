// What each role's agent program signs in with: the best that is there, exactly one. Pure: the caller has the environment.
import type { Credential } from "../model/credential.ts";
import type { Crew, Role } from "../model/crew.ts";
import { secretOf } from "../model/secret.ts";
import { presetOf } from "./preset-of.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface MissingCredential {
  readonly role: string;
  readonly preset: string;
  /** The best that it could have had. */
  readonly credential: Credential;
}

/**
 * The crew with each credential as a secret of its agent, from the first of the environments that has one. One that the role
 * brings itself, or signs in otherwise, gets none.
 */
export function withCredentials(
  crew: Crew,
  environments: readonly Environment[],
): { readonly crew: Crew; readonly missing: readonly MissingCredential[] } {
  const missing: MissingCredential[] = [];
  const roles = crew.roles.map((role): Role => {
    const { preset, wanted } = wantedBy(role);
    const best = wanted[0];
    if (!best) return role;
    const source = environments.find((each) => wanted.some(({ variable }) => isGiven(each, variable)));
    const found = source && wanted.find(({ variable }) => isGiven(source, variable));
    if (!found) missing.push({ role: role.name, preset, credential: best });
    const { variable } = found ?? best;
    const secret = found ? secretOf(variable, `${source[variable]}`) : { name: variable };
    const grant = { ...secret, file: `/run/secrets/${variable}`, readers: ["agent"] as const };
    const secrets = [...(role.secrets ?? []), grant].sort((a, b) => (a.file < b.file ? -1 : 1));
    return { ...role, credential: found ?? best, secrets };
  });
  return { crew: { ...crew, roles }, missing };
}

/** `Run claude setup-token, export CLAUDE_CODE_OAUTH_TOKEN, then crew up.` is how it ends. */
export function missingWords({ preset, credential }: MissingCredential): {
  readonly message: string;
  readonly hint: string;
} {
  const { from, variable } = credential;
  const how = from === undefined ? `Export ${variable}` : `${from}, export ${variable}`;
  return { message: `No credential for ${preset}.`, hint: `${how}, then crew up` };
}

/** Those that could be delivered, best first; none where the role signs in by what it has. */
function wantedBy({ agent, environment, secrets = [] }: Role): {
  readonly preset: string;
  readonly wanted: readonly Credential[];
} {
  const preset = presetOf(agent);
  if (!preset) return { preset: "", wanted: [] };
  const { name, credentials, providerIn, signsInBy = [] } = preset;
  const own = [...credentials.map(({ variable }) => variable), ...signsInBy];
  const brings = (variable: string) =>
    isGiven(environment, variable) || secrets.some((each) => each.name === variable && each.readers.includes("agent"));
  if (own.some(brings)) return { preset: name, wanted: [] };
  const named = providerIn === undefined ? "" : environment[providerIn] || preset.environment[providerIn];
  const provider = providerIn === undefined && agent.model?.includes("/") ? agent.model.split("/")[0] : named;
  const ofProviders = credentials.filter((each) => each.provider !== undefined);
  const ofProvider = ofProviders.filter((each) => each.provider === provider);
  // One that is named and that crew does not know has a credential of which crew does not know either.
  const isUnknown = named && ofProviders.length > 0;
  return { preset: name, wanted: ofProvider.length > 0 || isUnknown ? ofProvider : credentials };
}

function isGiven(environment: Environment, variable: string): boolean {
  return Object.hasOwn(environment, variable) && (environment[variable] ?? "") !== "";
}
