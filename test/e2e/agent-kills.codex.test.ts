// kill -9 in the middle of a turn of the real Codex.
import { agentKills } from "./agent-kills.ts";

agentKills("codex");
