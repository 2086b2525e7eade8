// People who plan with bd 0.47.1.
import { describeBeads } from "./scenarios.ts";

describeBeads("0.47.1");
