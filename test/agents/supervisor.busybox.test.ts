// The supervisor under busybox sh.
import { describe } from "vitest";
import { hostileScenarios } from "./hostile-scenarios.ts";
import { rescueScenarios } from "./rescue-scenarios.ts";
import { supervisorScenarios } from "./supervisor-scenarios.ts";
import { wheelScenarios } from "./wheel-scenarios.ts";

describe("supervisor.sh under busybox sh", () => {
  supervisorScenarios(["busybox", "sh"]);
  rescueScenarios(["busybox", "sh"]);
  hostileScenarios(["busybox", "sh"]);
  wheelScenarios(["busybox", "sh"]);
});
