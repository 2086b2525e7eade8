// bd 1.2.2 with more than one who writes.
import { describeCrowd } from "./crowd.ts";

describeCrowd("1.2.2");
