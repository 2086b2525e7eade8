// What the model server is told to answer: one answer per request, in order; the last one goes on for ever.

/** `text` ends the turn; `shell` has the program run a command with its own tool, `tool` a tool by its name; the rest are faults. */
export type Answer =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "shell"; readonly command: string }
  | { readonly kind: "tool"; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly kind: "error"; readonly error: ErrorName; readonly resetSeconds?: number }
  /** The request is read, and nothing comes back. */
  | { readonly kind: "hang" }
  /** The stream begins and then says nothing more. */
  | { readonly kind: "stall" }
  /** The connection breaks in the middle of the stream. */
  | { readonly kind: "cut" };

export type ErrorName = "auth" | "rate-limit" | "usage-limit" | "quota" | "overloaded" | "server" | "context";

export const say = (text: string): Answer => ({ kind: "text", text });
export const run = (command: string): Answer => ({ kind: "shell", command });
export const call = (name: string, input: Readonly<Record<string, unknown>>): Answer => ({ kind: "tool", name, input });
export const fail = (error: ErrorName, resetSeconds?: number): Answer => ({
  kind: "error",
  error,
  ...(resetSeconds !== undefined && { resetSeconds }),
});

/** Tokens that every answered request is said to have used. */
export const usage = { input: 1200, cached: 800, output: 34 } as const;
