// The supervisor under busybox sh: orders, what hostile ones try, and rescue.
import { describe } from "vitest";
import { hostileScenarios } from "./hostile-scenarios.ts";
import { orderScenarios } from "./order-scenarios.ts";
import { rescueScenarios } from "./rescue-scenarios.ts";

describe("supervisor.sh under busybox sh", () => {
  orderScenarios(["busybox", "sh"]);
  hostileScenarios(["busybox", "sh"]);
  rescueScenarios(["busybox", "sh"]);
});
