// The supervisor under dash: turns and their clocks.
import { describe } from "vitest";
import { clockScenarios } from "./clock-scenarios.ts";
import { limitScenarios } from "./limit-scenarios.ts";
import { recordScenarios } from "./record-scenarios.ts";
import { turnScenarios } from "./turn-scenarios.ts";

describe.each([turnScenarios, limitScenarios, clockScenarios, recordScenarios])(
  "supervisor.sh under dash",
  (scenarios) => scenarios(["dash"]),
);
