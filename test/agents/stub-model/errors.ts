// Errors as the vendors' services give them: status, headers and body.
import type { ErrorName } from "./scenario.ts";

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export type Dialect = "anthropic" | "openai" | "gemini";

export function errorAnswer(dialect: Dialect, error: ErrorName, resetSeconds = 1): ErrorAnswer {
  return { anthropic, openai, gemini }[dialect](error, resetSeconds);
}

function anthropic(error: ErrorName, seconds: number): ErrorAnswer {
  const answer = (status: number, type: string, message: string, headers: Record<string, string> = {}) => ({
    status,
    headers,
    body: { type: "error", error: { type, message } },
  });
  switch (error) {
    case "auth":
      return answer(401, "authentication_error", "invalid x-api-key");
    case "rate-limit":
      return answer(429, "rate_limit_error", "Number of requests has exceeded your rate limit", {
        "retry-after": `${seconds}`,
      });
    case "usage-limit":
      return answer(429, "rate_limit_error", "This request would exceed your account's rate limit.", {
        "retry-after": `${seconds}`,
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-reset": `${epoch() + seconds}`,
        "anthropic-ratelimit-unified-representative-claim": "five_hour",
        "anthropic-ratelimit-unified-overage-status": "rejected",
      });
    case "quota":
      return answer(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.");
    case "overloaded":
      return answer(529, "overloaded_error", "Overloaded");
    case "server":
      return answer(500, "api_error", "Internal server error");
    case "context":
      return answer(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum");
  }
}

function openai(error: ErrorName, seconds: number): ErrorAnswer {
  const answer = (
    status: number,
    fields: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ) => ({ status, headers, body: { error: { param: null, ...fields } } });
  switch (error) {
    case "auth":
      return answer(401, {
        message: "Incorrect API key provided: dummy.",
        type: "invalid_request_error",
        code: "invalid_api_key",
      });
    case "rate-limit": {
      const message = `Rate limit reached for model. Please try again in ${seconds}s.`;
      const code = "rate_limit_exceeded";
      return answer(429, { message, type: code, code }, { "retry-after": `${seconds}` });
    }
    case "usage-limit":
      return answer(429, {
        message: "The usage limit has been reached",
        type: "usage_limit_reached",
        code: null,
        plan_type: "plus",
        resets_at: epoch() + seconds,
        resets_in_seconds: seconds,
      });
    case "quota": {
      const code = "insufficient_quota";
      return answer(429, { message: "You exceeded your current quota, please check your plan.", type: code, code });
    }
    case "overloaded":
      return answer(529, { message: "Overloaded", type: "server_error", code: "overloaded" });
    case "server":
      return answer(500, { message: "The server had an error", type: "server_error", code: null });
    case "context": {
      const message = "Your input exceeds the context window of this model.";
      return answer(400, { message, type: "invalid_request_error", code: "context_length_exceeded" });
    }
  }
}

function gemini(error: ErrorName, seconds: number): ErrorAnswer {
  const answer = (code: number, status: string, message: string, details: readonly object[] = []) => ({
    status: code,
    headers: {},
    body: { error: { code, message, status, details } },
  });
  const google = "type.googleapis.com/google.rpc";
  const exhausted = (message: string, quotaId: string, more: readonly object[] = []) =>
    answer(429, "RESOURCE_EXHAUSTED", message, [
      { "@type": `${google}.QuotaFailure`, violations: [{ quotaId }] },
      ...more,
    ]);
  switch (error) {
    case "auth":
      return answer(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    case "rate-limit": {
      const retry = { "@type": `${google}.RetryInfo`, retryDelay: `${seconds}s` };
      return exhausted(`Quota exceeded per minute. Please retry in ${seconds}s.`, "RequestsPerMinute", [retry]);
    }
    case "usage-limit":
      return exhausted("You have exhausted your daily quota on this model.", "RequestsPerDay");
    case "quota":
      return answer(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.");
    case "overloaded":
      return answer(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
    case "server":
      return answer(500, "INTERNAL", "An internal error has occurred.");
    case "context": {
      const message = "The input token count (250000) exceeds the maximum number of tokens allowed (200000).";
      return answer(400, "INVALID_ARGUMENT", message);
    }
  }
}

function epoch(): number {
  return Math.floor(Date.now() / 1000);
}
