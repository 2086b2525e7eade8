// bd 1.2.2 and crew, killed at any moment.
import { describeKills } from "./kills.ts";

describeKills("1.2.2");
