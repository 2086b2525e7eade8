// The supervisor under dash: orders and their setup, what hostile ones try, and rescue.
import { describe } from "vitest";
import { hostileScenarios } from "./hostile-scenarios.ts";
import { leftoverScenarios } from "./leftover-scenarios.ts";
import { mergeScenarios } from "./merge-scenarios.ts";
import { orderScenarios } from "./order-scenarios.ts";
import { rescueScenarios } from "./rescue-scenarios.ts";
import { setupScenarios } from "./setup-scenarios.ts";

describe.each([orderScenarios, leftoverScenarios, mergeScenarios, setupScenarios, hostileScenarios, rescueScenarios])(
  "supervisor.sh under dash",
  (scenarios) => scenarios(["dash"]),
);
