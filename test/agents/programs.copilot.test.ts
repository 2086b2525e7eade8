// The real GitHub Copilot CLI, on a provider of one's own. What it calls a usage limit or a quota it tries for a minute.
import { join } from "node:path";
import { programScenarios, programs } from "./program-scenarios.ts";

programScenarios({
  name: "copilot",
  model: "model",
  credential: "COPILOT_PROVIDER_API_KEY",
  environment: (address) => ({
    COPILOT_PROVIDER_BASE_URL: `${address}/v1`,
    COPILOT_OFFLINE: "true",
    // As `scripts/test-agents.sh` has it: else each home unpacks 235 MB.
    COPILOT_PKG_CACHE_HOME: join(programs, "copilot/.cache/copilot"),
  }),
  faults: {
    ...{ auth: "auth", "rate-limit": "limit", overloaded: "overload", server: "overload" },
    context: "context",
  },
  ready: "? help",
  tellsTotal: true,
});
