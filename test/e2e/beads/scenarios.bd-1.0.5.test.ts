// People who plan with bd 1.0.5.
import { describeBeads } from "./scenarios.ts";

describeBeads("1.0.5");
