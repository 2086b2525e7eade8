// The process runtime keeps the contract.
import { runtimeContract } from "./contract.ts";
import { processHarness } from "./process-harness.ts";

runtimeContract("processes", processHarness);
