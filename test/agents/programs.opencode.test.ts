// The real opencode. What it tries again it tries for more than a minute.
import { programScenarios } from "./program-scenarios.ts";

const model = { cost: { input: 1, output: 1 }, limit: { context: 200_000, output: 1_000 } };

programScenarios({
  name: "opencode",
  model: "stub/model",
  credential: "OPENAI_API_KEY",
  environment: (address) => ({
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      provider: {
        stub: {
          npm: "@ai-sdk/openai-compatible",
          options: { baseURL: `${address}/v1`, apiKey: "{env:OPENAI_API_KEY}" },
          models: { model },
        },
      },
      share: "disabled",
    }),
  }),
  faults: { auth: "auth", context: "context" },
  ready: "commands",
  tellsTotal: false,
  usd: 0.000434,
  untold: [400, 800, 34],
});
