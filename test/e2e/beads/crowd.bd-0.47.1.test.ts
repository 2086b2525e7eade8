// bd 0.47.1 with more than one who writes.
import { describeCrowd } from "./crowd.ts";

describeCrowd("0.47.1");
