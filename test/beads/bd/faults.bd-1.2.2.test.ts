// bd 1.2.2, failing in every way that was seen or can be thought of.
import { describeFaults } from "./faults.ts";

describeFaults("1.2.2");
