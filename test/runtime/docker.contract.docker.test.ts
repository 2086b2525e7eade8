// The docker runtime keeps the contract, on the machine's engine.
import { runtimeContract } from "./contract.ts";
import { dockerHarness } from "./docker-harness.ts";

runtimeContract("containers", dockerHarness);
