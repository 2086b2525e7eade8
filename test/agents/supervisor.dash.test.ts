// The supervisor under dash.
import { describe } from "vitest";
import { clockScenarios } from "./clock-scenarios.ts";
import { hostileScenarios } from "./hostile-scenarios.ts";
import { rescueScenarios } from "./rescue-scenarios.ts";
import { supervisorScenarios } from "./supervisor-scenarios.ts";
import { tellScenarios } from "./tell-scenarios.ts";
import { turnScenarios } from "./turn-scenarios.ts";
import { wheelScenarios } from "./wheel-scenarios.ts";

describe("supervisor.sh under dash", () => {
  supervisorScenarios(["dash"]);
  rescueScenarios(["dash"]);
  hostileScenarios(["dash"]);
  wheelScenarios(["dash"]);
  tellScenarios(["dash"]);
  turnScenarios(["dash"]);
  clockScenarios(["dash"]);
});
