// bd 1.0.5 with more than one who writes.
import { describeCrowd } from "./crowd.ts";

describeCrowd("1.0.5");
