// The supervisor under dash.
import { describe } from "vitest";
import { hostileScenarios } from "./hostile-scenarios.ts";
import { rescueScenarios } from "./rescue-scenarios.ts";
import { supervisorScenarios } from "./supervisor-scenarios.ts";
import { wheelScenarios } from "./wheel-scenarios.ts";

describe("supervisor.sh under dash", () => {
  supervisorScenarios(["dash"]);
  rescueScenarios(["dash"]);
  hostileScenarios(["dash"]);
  wheelScenarios(["dash"]);
});
