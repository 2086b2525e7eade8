// The real Gemini CLI.
import { programScenarios } from "./program-scenarios.ts";

programScenarios({
  name: "gemini",
  model: "gemini-2.5-flash",
  credential: "GEMINI_API_KEY",
  environment: (address) => ({ GOOGLE_GEMINI_BASE_URL: address }),
  faults: {
    ...{ auth: "auth", "rate-limit": "limit", "usage-limit": "limit", quota: "quota", overloaded: "overload" },
    context: "context",
  },
  ready: "Type your message",
  tellsTotal: false,
});
