// What of the language this version of crew can do. The one place that says so: `crew config` takes every key of the
// schema, `crew up` refuses those that are missing here.

import { keysOf, presetSchema } from "./schema.ts";

/**
 * `all`: the value and everything in it. `values`: these and no others. `keys`: a map with these keys; a short form only
 * where `short` is set. `each`: what holds for every member of a map or list.
 */
export type Support =
  | { readonly kind: "all" }
  | { readonly kind: "values"; readonly values: readonly unknown[] }
  | {
      readonly kind: "keys";
      readonly short: boolean;
      readonly keys: Readonly<Record<string, Support>>;
    }
  | { readonly kind: "each"; readonly of: Support };

/** The agent programs that crew can run, and what of a file each can be told. */
export const presetKeys: Readonly<Record<string, readonly ("model" | "effort" | "max_turns")[]>> = {
  claude: ["model", "effort", "max_turns"],
  codex: ["model", "effort"],
  opencode: ["model", "effort"],
  gemini: ["model"],
  qwen: ["model", "max_turns"],
  copilot: ["model", "effort"],
  aider: ["model", "effort"],
  goose: ["model", "max_turns"],
  cursor: ["model"],
  amp: ["effort"],
};

/** Those that are told by words what variables of the role hold, and which. */
export const toldVariables: Readonly<Record<string, readonly string[]>> = {
  codex: ["OPENAI_BASE_URL", "CODEX_API_KEY"],
};

const all: Support = { kind: "all" };

const values = (...list: readonly unknown[]): Support => ({ kind: "values", values: list });

const volumes: Support = {
  kind: "each",
  of: {
    kind: "keys",
    short: true,
    keys: {
      type: values("volume", "bind", "tmpfs"),
      ...{ source: all, target: all, read_only: all, tmpfs: all },
      bind: { kind: "keys", short: false, keys: { create_host_path: all, selinux: all } },
      volume: { kind: "keys", short: false, keys: { nocopy: all } },
    },
  },
};

const networks: Support = {
  kind: "each",
  of: { kind: "keys", short: true, keys: { aliases: all, ipv4_address: all, ipv6_address: all, priority: all } },
};

/** Of any container; which of them a runtime knows is a rule. */
const engines = {
  ...{
    image: all,
    user: all,
    cpus: all,
    mem_limit: all,
    pids_limit: all,
    read_only: all,
  },
  ...{ cap_add: all, security_opt: all, platform: all, labels: all, working_dir: all, stop_grace_period: all },
  ...{
    stop_signal: all,
    healthcheck: all,
    shm_size: all,
    ulimits: all,
    tmpfs: all,
    dns: all,
    extra_hosts: all,
    ports: all,
  },
} as const;

/** Of an instance. */
const container = { ...engines, build: all, pull_policy: all, devcontainer: all } as const;

/** A secret as a file under /run/secrets. Whoever an agent runs as can read a role's. */
const grant = { source: all, target: all } as const;
const grants: Support = { kind: "each", of: { kind: "keys", short: true, keys: grant } };
const serviceGrants: Support = {
  kind: "each",
  of: { kind: "keys", short: true, keys: { ...grant, uid: all, gid: all, mode: all } },
};

const envFiles: Support = {
  kind: "each",
  of: { kind: "keys", short: true, keys: { path: all, required: all } },
};

const role: Support = {
  kind: "keys",
  short: true,
  keys: {
    agent: {
      kind: "keys",
      short: true,
      keys: {
        ...{ preset: all, command: all, interactive: all, max_attempts: all, turn_timeout: all },
        ...{ model: all, effort: all, max_turns: all },
        ...Object.fromEntries(keysOf(presetSchema).map((key) => [key, all])),
      },
    },
    beads: all,
    branch: all,
    budget: all,
    check: all,
    depends_on: all,
    environment: all,
    into: all,
    paths: all,
    prompt: all,
    secrets: grants,
    setup: all,
    specialty: all,
    services: all,
    env_file: envFiles,
    networks,
    volumes,
    ...container,
  },
};

const gate: Support = {
  kind: "keys",
  short: true,
  keys: {
    ...{
      environment: all,
      image: all,
      build: all,
      pull_policy: all,
      devcontainer: all,
      on: all,
      paths: all,
      run: all,
      secrets: all,
      setup: all,
      timeout: all,
    },
    services: all,
    network: values("none"),
  },
};

const service: Support = {
  kind: "keys",
  short: false,
  keys: {
    ...{ shared: all, command: all, entrypoint: all, hostname: all, expose: all, environment: all, cap_drop: all },
    depends_on: {
      kind: "each",
      of: { kind: "keys", short: true, keys: { condition: all, required: all, restart: values(false) } },
    },
    init: values(true),
    restart: all,
    ...{ build: all, env_file: envFiles, secrets: serviceGrants },
    volumes,
    ...engines,
  },
};

export const supported: Support = {
  kind: "keys",
  short: false,
  keys: {
    name: all,
    inputs: all,
    epic: all,
    tasks: all,
    defaults: role,
    roles: { kind: "each", of: role },
    gates: { kind: "each", of: gate },
    review: all,
    land: all,
    strategy: all,
    batch: all,
    max_gates: all,
    max_parallel: all,
    protect: all,
    budget: all,
    radar: all,
    close: all,
    runtime: values("docker", "process"),
    tracker: all,
    push: all,
    secrets: all,
    networks: all,
    volumes: all,
    services: { kind: "each", of: service },
  },
};

/** What to write instead, by the key that is refused; everything else is to be removed. */
export const waysOut: Readonly<Record<string, string>> = {
  runtime: "write runtime: docker",
  include: "write its keys into this file",
  extends: "write its keys into this role, or into defaults",
  ...Object.fromEntries(
    ["uid", "gid", "mode"].map((key) => [key, "remove it: whoever the agent runs as can read the file"]),
  ),
};
