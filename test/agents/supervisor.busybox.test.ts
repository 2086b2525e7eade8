// The supervisor under busybox sh.
import { describe } from "vitest";
import { clockScenarios } from "./clock-scenarios.ts";
import { hostileScenarios } from "./hostile-scenarios.ts";
import { rescueScenarios } from "./rescue-scenarios.ts";
import { supervisorScenarios } from "./supervisor-scenarios.ts";
import { tellScenarios } from "./tell-scenarios.ts";
import { turnScenarios } from "./turn-scenarios.ts";
import { wheelScenarios } from "./wheel-scenarios.ts";

describe("supervisor.sh under busybox sh", () => {
  supervisorScenarios(["busybox", "sh"]);
  rescueScenarios(["busybox", "sh"]);
  hostileScenarios(["busybox", "sh"]);
  wheelScenarios(["busybox", "sh"]);
  tellScenarios(["busybox", "sh"]);
  turnScenarios(["busybox", "sh"]);
  clockScenarios(["busybox", "sh"]);
});
