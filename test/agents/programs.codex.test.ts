// The real Codex.
import { programScenarios } from "./program-scenarios.ts";

programScenarios({
  name: "codex",
  model: "gpt-5.4",
  credential: "CODEX_API_KEY",
  environment: (address) => ({ OPENAI_BASE_URL: `${address}/v1` }),
  faults: {
    ...{ auth: "auth", "rate-limit": "limit", "usage-limit": "limit", quota: "quota", overloaded: "overload" },
    context: "context",
  },
  ready: "Ask Codex to do anything",
  tellsTotal: true,
});
