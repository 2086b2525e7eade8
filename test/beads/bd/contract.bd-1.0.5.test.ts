// bd 1.0.5 keeps the contract of every tracker.
import { describeBd } from "./contract.ts";

describeBd("1.0.5");
