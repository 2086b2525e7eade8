// The real agent programs in a crew, each asking a model server of the test's own: what the crew file says of each.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import type { Bench } from "./bench.ts";

/** Where `scripts/test-agents.sh` installed them. */
const programs =
  process.env.CREW_TEST_AGENTS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "crew-ci", "agents");

export type AgentName = "claude" | "codex" | "opencode" | "qwen" | "copilot";

export interface AgentUnderTest {
  /** What the file says of it. */
  readonly agent: string;
  readonly credential: string;
  readonly environment: (address: string) => Readonly<Record<string, string>>;
}

export const agents: Readonly<Record<AgentName, AgentUnderTest>> = {
  claude: {
    agent: "claude",
    credential: "CLAUDE_CODE_OAUTH_TOKEN",
    environment: (address) => ({ ANTHROPIC_BASE_URL: address }),
  },
  codex: {
    agent: "{preset: codex, model: gpt-5.4}",
    credential: "CODEX_API_KEY",
    environment: (address) => ({ OPENAI_BASE_URL: `${address}/v1` }),
  },
  opencode: {
    agent: "{preset: opencode, model: stub/model}",
    credential: "OPENAI_API_KEY",
    environment: () => ({ OPENCODE_DISABLE_MODELS_FETCH: "1" }),
  },
  qwen: {
    agent: "qwen",
    credential: "OPENAI_API_KEY",
    environment: (address) => ({ OPENAI_BASE_URL: `${address}/v1`, OPENAI_MODEL: "model" }),
  },
  copilot: {
    agent: "{preset: copilot, model: model}",
    credential: "COPILOT_PROVIDER_API_KEY",
    environment: (address) => ({
      COPILOT_PROVIDER_BASE_URL: `${address}/v1`,
      COPILOT_OFFLINE: "true",
      COPILOT_PKG_CACHE_HOME: join(programs, "copilot/.cache/copilot"),
    }),
  },
};

/** PATH with the programs on it. */
export function withPrograms(path: string): string {
  return [...Object.keys(agents).map((name) => join(programs, name, "node_modules/.bin")), path].join(":");
}

/** opencode's own file: that there is such a provider. */
export function opencodeFile(address: string): string {
  const model = { cost: { input: 1, output: 1 }, limit: { context: 200_000, output: 1_000 } };
  const options = { baseURL: `${address}/v1`, apiKey: "{env:OPENAI_API_KEY}" };
  const stub = { npm: "@ai-sdk/openai-compatible", options, models: { model } };
  // It would write the schema into a file that names none.
  return `${JSON.stringify({ $schema: "https://opencode.ai/config.json", provider: { stub }, share: "disabled" })}\n`;
}

/** The lines of a role of the file. */
export function roleLines(role: string, name: AgentName, address: string): string {
  const { agent, environment } = agents[name];
  return `  ${role}: {agent: ${agent}, environment: ${JSON.stringify(environment(address))}}\n`;
}

/** Those that every run of all tests has: what is tried on several is tried on them. */
export const usual: readonly AgentName[] = ["claude", "codex", "opencode", "qwen"];

/** Are they there? Where CI is set they must be. */
export const isInstalled = Boolean(process.env.CI) || usual.every((name) => existsSync(join(programs, name)));

/** What the programs ask for the model, in containers: a service of the crew's. */
export const modelAddress = "http://model:8080";

/** The service's lines of the file. `told` is a folder where it writes down what it is asked, and is told when to go on. */
export function modelService(bench: Pick<Bench, "repository">, told?: string): string {
  const tools = serveTools(bench);
  const command = ["/tools/node", "/serve/serve.mjs", "8080", ...(told === undefined ? [] : ["/told"])];
  const volumes = [
    `${process.execPath}:/tools/node:ro`,
    `${tools}:/serve:ro`,
    ...(told === undefined ? [] : [`${told}:/told`]),
  ];
  return `  model:
    shared: true
    image: crew-test-base:bookworm
    command: ${JSON.stringify(command)}
    volumes: ${JSON.stringify(volumes)}
`;
}

function serveTools({ repository }: Pick<Bench, "repository">): string {
  const tools = join(dirname(repository), "tools");
  buildSync({
    entryPoints: [join(import.meta.dirname, "../agents/stub-model/serve-process.ts")],
    ...{ bundle: true, platform: "node", format: "esm", outfile: join(tools, "serve.mjs"), logLevel: "error" },
  });
  return tools;
}

/** The same server as a process of the test's. */
export async function servedBeside(
  bench: Pick<Bench, "repository">,
  told: string,
): Promise<{ readonly address: string; end(): void }> {
  const server = spawn(process.execPath, [join(serveTools(bench), "serve.mjs"), "0", told], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [address] = await once(server.stdout, "data");
  return { address: `${address}`.trim(), end: () => void server.kill("SIGKILL") };
}

/** What a role's container mounts to have the programs, with Node for those that need it. */
export const programMounts: readonly string[] = [`${programs}:/agents:ro`, `${process.execPath}:/tools/node:ro`];

/** The lines of a role whose container has them. */
export function containerRoleLines(role: string, name: AgentName): string {
  const bins = Object.keys(agents).map((each) => `/agents/${each}/node_modules/.bin`);
  const path = [...bins, "/tools:/usr/bin:/bin"].join(":");
  return roleLines(role, name, modelAddress).replace("environment: {", `environment: {"PATH":"${path}",`);
}
