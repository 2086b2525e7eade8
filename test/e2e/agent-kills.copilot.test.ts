// kill -9 in the middle of a turn of the real GitHub Copilot CLI.
import { agentKills } from "./agent-kills.ts";

agentKills("copilot");
