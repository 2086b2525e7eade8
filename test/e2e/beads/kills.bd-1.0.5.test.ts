// bd 1.0.5 and crew, killed at any moment.
import { describeKills } from "./kills.ts";

describeKills("1.0.5");
