// The real Claude Code.
import { programScenarios } from "./program-scenarios.ts";

programScenarios({
  name: "claude",
  credential: "ANTHROPIC_API_KEY",
  environment: (address) => ({ ANTHROPIC_BASE_URL: address }),
  faults: {
    ...{ auth: "auth", "rate-limit": "limit", quota: "quota", overloaded: "overload", server: "overload" },
    context: "context",
  },
  ready: "bypass permissions on",
  tellsTotal: false,
  usd: 0.00725,
});
