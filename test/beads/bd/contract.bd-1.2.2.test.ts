// bd 1.2.2 keeps the contract of every tracker.
import { describeBd } from "./contract.ts";

describeBd("1.2.2");
