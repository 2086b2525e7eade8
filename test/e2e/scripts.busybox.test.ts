// The example scripts under busybox sh.
import { describe } from "vitest";
import { scriptScenarios } from "./script-scenarios.ts";

describe("examples/scripts under busybox sh", () => scriptScenarios(["busybox", "sh"]));
