// The supervisor under dash: its life and claim, the wheel and words to an agent.
import { describe } from "vitest";
import { claimScenarios } from "./claim-scenarios.ts";
import { heardScenarios } from "./heard-scenarios.ts";
import { lifeScenarios } from "./life-scenarios.ts";
import { tellScenarios } from "./tell-scenarios.ts";
import { wheelScenarios } from "./wheel-scenarios.ts";

describe.each([lifeScenarios, claimScenarios, wheelScenarios, tellScenarios, heardScenarios])(
  "supervisor.sh under dash",
  (scenarios) => scenarios(["dash"]),
);
