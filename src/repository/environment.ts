// The environments that git runs in: crew's own, built from scratch, and the person's, for what is done as the person.
// Reads no process.env; starts nothing.

/** Settings that hold for every git that crew starts, whatever a repository's config says. */
const hardened: Settings = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.attributesFile", "/dev/null"],
  ["core.excludesFile", "/dev/null"],
  ["core.pager", "cat"],
  ["core.filesRefLockTimeout", "5000"],
  ["core.packedRefsTimeout", "5000"],
  ["core.warnAmbiguousRefs", "false"],
  ["color.ui", "false"],
  ["commit.gpgSign", "false"],
  ["tag.gpgSign", "false"],
  ["push.gpgSign", "false"],
  ["log.showSignature", "false"],
  ["i18n.commitEncoding", "UTF-8"],
  ["i18n.logOutputEncoding", "UTF-8"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["fetch.writeCommitGraph", "false"],
  ["submodule.recurse", "false"],
  ["credential.helper", ""],
  ["protocol.allow", "never"],
  ["protocol.file.allow", "always"],
];

/** As the person, but without anything that would run by itself. */
const landing: Settings = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.quotePath", "false"],
  ["core.pager", "cat"],
  ["color.ui", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["submodule.recurse", "false"],
];

/** Added to them where a remote is spoken to. */
const remote: Settings = [
  ["push.followTags", "false"],
  ["push.recurseSubmodules", "no"],
  ["fetch.recurseSubmodules", "false"],
  ["fetch.writeCommitGraph", "false"],
  ["fetch.prune", "false"],
];

/** crew's own: nothing of the person's but PATH, no config but the repository's, overruled by `hardened`. */
export function crewEnvironment(path: string): Readonly<Record<string, string>> {
  return {
    PATH: path,
    HOME: "/nonexistent",
    LC_ALL: "C",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "false",
    GIT_EDITOR: "false",
    GIT_PAGER: "cat",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_AUTHOR_NAME: "crew",
    GIT_AUTHOR_EMAIL: "crew@crew.invalid",
    GIT_COMMITTER_NAME: "crew",
    GIT_COMMITTER_EMAIL: "crew@crew.invalid",
    ...configVariables(hardened),
  };
}

/** The person's own, for discovery: their config counts, but no variable that points git at another repository. */
export function personEnvironment(environment: Environment): Readonly<Record<string, string>> {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || (name.startsWith("GIT_") && !keptGitVariables.has(name)) ? [] : [[name, value] as const],
  );
  const { LC_ALL, ...rest } = Object.fromEntries(kept);
  return {
    ...rest,
    // English messages to recognise; the character set stays, since the person's filters run in it.
    ...(LC_ALL === undefined ? {} : { LC_CTYPE: LC_ALL }),
    LC_MESSAGES: "C",
    LANGUAGE: "",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

/** The person's own, for landing in their work tree: their filters, unless `more` says otherwise; no hooks. */
export function landingEnvironment(environment: Environment, more: Settings = []): Readonly<Record<string, string>> {
  const settings = configVariables([...landing, ...more]);
  return { ...personEnvironment(environment), GIT_EDITOR: "false", GIT_PAGER: "cat", ...settings };
}

/** The person's own, for what is done with their remote: their credentials, ssh and configuration; no hooks, no questions. */
export function remoteEnvironment(environment: Environment): Readonly<Record<string, string>> {
  const reaching = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && reachingVariables.test(name) ? [[name, value] as const] : [],
  );
  const settings = configVariables([...givenSettings(environment), ...landing, ...remote]);
  return { ...personEnvironment(environment), ...Object.fromEntries(reaching), ...settings };
}

/** How git reaches a remote, as git(1) and git-config(1) have it. */
const reachingVariables = /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|PROXY_COMMAND|SSL_\w+|HTTP_\w+)$/;

/** What the person's environment sets, such as a header that carries a token. */
function givenSettings(environment: Environment): Settings {
  return Array.from({ length: Number(environment.GIT_CONFIG_COUNT ?? 0) || 0 }, (_, index) => [
    environment[`GIT_CONFIG_KEY_${index}`] ?? "",
    environment[`GIT_CONFIG_VALUE_${index}`] ?? "",
  ]);
}

export type Settings = readonly (readonly [string, string])[];

export type Environment = Readonly<Record<string, string | undefined>>;

const keptGitVariables = new Set([
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CEILING_DIRECTORIES",
  "GIT_DISCOVERY_ACROSS_FILESYSTEM",
]);

/** Outranks every config file (git 2.31 and newer). */
function configVariables(settings: Settings): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}
