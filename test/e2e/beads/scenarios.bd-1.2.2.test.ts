// People who plan with bd 1.2.2.
import { describeBeads } from "./scenarios.ts";

describeBeads("1.2.2");
