// kill -9 in the middle of a turn of the real opencode.
import { agentKills } from "./agent-kills.ts";

agentKills("opencode");
