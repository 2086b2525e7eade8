// The agent programs that crew knows, by name.
import type { Preset } from "../preset.ts";
import { aider } from "./aider.ts";
import { amp } from "./amp.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { cursor } from "./cursor.ts";
import { gemini } from "./gemini.ts";
import { goose } from "./goose.ts";
import { opencode } from "./opencode.ts";
import { qwen } from "./qwen.ts";

const presets: readonly Preset[] = [claude, codex, opencode, gemini, qwen, copilot, aider, goose, cursor, amp];

export function presetNamed(name: string): Preset | undefined {
  return presets.find((preset) => preset.name === name);
}
