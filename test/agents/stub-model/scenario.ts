// What the model server is told to answer: one answer per request, in order; the last one goes on for ever.

/** `text` ends the turn; `shell` has the program run a command with its own tool, `tool` a tool by its name; the rest are faults. */
export type Answer =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "shell"; readonly command: string }
  | { readonly kind: "tool"; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  /** `text`, with the whole of a new file in it: for a program that offers no tools, and writes what it reads. */
  | { readonly kind: "edit"; readonly text: string; readonly file: string }
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
export const edit = (file: string, text: string): Answer => ({ kind: "edit", file, text });
export const fail = (error: ErrorName, resetSeconds?: number): Answer => ({
  kind: "error",
  error,
  ...(resetSeconds !== undefined && { resetSeconds }),
});

/** What makes the file, and ends in the words: with a tool, and committed, or for a program without any. */
export const makes = (file: string, words: string, hasTools: boolean): readonly [Answer, ...Answer[]] =>
  hasTools ? [run(`echo x >${file} && git add -A && git commit -qm ${file}`), say(words)] : [edit(file, words)];

/** Tokens that every answered request is said to have used. */
export const usage = { input: 1200, cached: 800, output: 34 } as const;
