// The example scripts under dash.
import { describe } from "vitest";
import { scriptScenarios } from "./script-scenarios.ts";

describe("examples/scripts under dash", () => scriptScenarios(["dash"]));
