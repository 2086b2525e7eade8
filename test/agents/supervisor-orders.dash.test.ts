// The supervisor under dash: orders, what hostile ones try, and rescue.
import { describe } from "vitest";
import { hostileScenarios } from "./hostile-scenarios.ts";
import { orderScenarios } from "./order-scenarios.ts";
import { rescueScenarios } from "./rescue-scenarios.ts";

describe("supervisor.sh under dash", () => {
  orderScenarios(["dash"]);
  hostileScenarios(["dash"]);
  rescueScenarios(["dash"]);
});
