// bd 0.47.1 keeps the contract of every tracker.
import { describeBd } from "./contract.ts";

describeBd("0.47.1");
