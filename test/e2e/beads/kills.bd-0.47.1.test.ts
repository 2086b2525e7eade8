// bd 0.47.1 and crew, killed at any moment.
import { describeKills } from "./kills.ts";

describeKills("0.47.1");
