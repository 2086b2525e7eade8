// The supervisor under dash: its life, the wheel and words to an agent.
import { describe } from "vitest";
import { lifeScenarios } from "./life-scenarios.ts";
import { tellScenarios } from "./tell-scenarios.ts";
import { wheelScenarios } from "./wheel-scenarios.ts";

describe("supervisor.sh under dash", () => {
  lifeScenarios(["dash"]);
  wheelScenarios(["dash"]);
  tellScenarios(["dash"]);
});
