// The real adapter keeps the contract.

import { repositoryContract } from "./contract.ts";
import { gitBench } from "./git-bench.ts";

repositoryContract("git", () => gitBench());
