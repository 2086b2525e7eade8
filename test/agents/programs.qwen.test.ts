// The real Qwen Code. What it tries again it tries for minutes.
import { programScenarios } from "./program-scenarios.ts";

programScenarios({
  name: "qwen",
  credential: "OPENAI_API_KEY",
  environment: (address) => ({ OPENAI_BASE_URL: `${address}/v1`, OPENAI_MODEL: "model" }),
  faults: { auth: "auth", context: "context" },
  ready: "Type your message",
  tellsTotal: true,
});
