// bd 0.47.1, failing in every way that was seen or can be thought of.
import { describeFaults } from "./faults.ts";

describeFaults("0.47.1");
