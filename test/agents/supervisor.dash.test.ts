// The supervisor under dash.
import { describe } from "vitest";
import { supervisorScenarios } from "./supervisor-scenarios.ts";

describe("supervisor.sh under dash", () => supervisorScenarios(["dash"]));
