// `healthcheck` as Compose writes it → its one form. Pure.
import type { Healthcheck } from "../../model/container.ts";
import { durationMs } from "../durations.ts";

const times = {
  interval: "intervalMs",
  timeout: "timeoutMs",
  start_period: "startPeriodMs",
  start_interval: "startIntervalMs",
} as const;

export function healthcheckOf(value: unknown): Healthcheck {
  const { test, retries, disable, ...rest } = value as Readonly<Record<string, unknown>>;
  if (disable === true) return { test: ["NONE"] };
  const command =
    test === undefined ? {} : { test: Array.isArray(test) ? test.map(String) : ["CMD-SHELL", String(test)] };
  const timed = Object.entries(times).flatMap(([key, field]) =>
    rest[key] === undefined ? [] : [[field, durationMs(String(rest[key]))] as const],
  );
  return { ...command, ...Object.fromEntries(timed), ...(retries !== undefined && { retries: Number(retries) }) };
}
