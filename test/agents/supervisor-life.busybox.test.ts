// The supervisor under busybox sh: its life, the wheel and words to an agent.
import { describe } from "vitest";
import { lifeScenarios } from "./life-scenarios.ts";
import { tellScenarios } from "./tell-scenarios.ts";
import { wheelScenarios } from "./wheel-scenarios.ts";

describe("supervisor.sh under busybox sh", () => {
  lifeScenarios(["busybox", "sh"]);
  wheelScenarios(["busybox", "sh"]);
  tellScenarios(["busybox", "sh"]);
});
