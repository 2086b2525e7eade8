// kill -9 in the middle of a turn of the real Qwen Code.
import { agentKills } from "./agent-kills.ts";

agentKills("qwen");
