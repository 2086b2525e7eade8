// One answer as the server-sent events of each vendor's protocol. `begin` is what a stream that breaks off has said.
import { usage } from "./scenario.ts";

/** Whatever the program calls the tool that runs a command, and how it takes one. */
export interface Tool {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Of one that takes a text instead. */
  readonly script?: string;
}

export interface Said {
  readonly text?: string;
  readonly tool?: Tool;
}

export interface Stream {
  readonly begin: string;
  readonly rest: string;
}

interface Event {
  readonly type?: string;
  readonly [key: string]: unknown;
}

let count = 0;
const next = (prefix: string) => `${prefix}_stub${++count}`;

export function anthropicStream(model: string, { text, tool }: Said): Stream {
  const tokens = {
    input_tokens: usage.input,
    cache_read_input_tokens: usage.cached,
    cache_creation_input_tokens: 0,
    output_tokens: 1,
  };
  const message = { id: next("msg"), type: "message", role: "assistant", model, content: [], stop_reason: null };
  const start = { type: "message_start", message: { ...message, stop_sequence: null, usage: tokens } };
  const block = tool ? { type: "tool_use", id: next("toolu"), name: tool.name, input: {} } : { type: "text", text: "" };
  const delta = tool
    ? { type: "input_json_delta", partial_json: JSON.stringify(tool.input) }
    : { type: "text_delta", text };
  const stop = { stop_reason: tool ? "tool_use" : "end_turn", stop_sequence: null };
  return {
    begin: named([start, { type: "content_block_start", index: 0, content_block: block }]),
    rest: named([
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: stop, usage: { output_tokens: usage.output } },
      { type: "message_stop" },
    ]),
  };
}

export function responsesStream(model: string, { text, tool }: Said): Stream {
  const id = next("resp");
  const called = tool && { status: "completed", call_id: next("call"), name: tool.name };
  const item = called
    ? tool.script === undefined
      ? { id: next("fc"), type: "function_call", ...called, arguments: JSON.stringify(tool.input) }
      : { id: next("ctc"), type: "custom_tool_call", ...called, input: tool.script }
    : {
        id: next("msg"),
        type: "message",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text, annotations: [] }],
      };
  const tokens = {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.input + usage.output,
  };
  const response = { id, object: "response", model, status: "completed", output: [item], usage: tokens };
  return {
    begin: named([{ type: "response.created", response: { id, object: "response", model, status: "in_progress" } }]),
    rest: named([
      { type: "response.output_item.added", output_index: 0, item },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response },
    ]),
  };
}

const chatUsage = {
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cached },
};

export function chatStream(model: string, { text, tool }: Said): Stream {
  const chunk = (delta: unknown, finish: string | null = null) => ({
    id: "chatcmpl_stub",
    object: "chat.completion.chunk",
    created: 1,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const call = (one: Tool) => ({
    index: 0,
    id: next("call"),
    type: "function",
    function: { name: one.name, arguments: JSON.stringify(one.input) },
  });
  return {
    begin: plain([chunk({ role: "assistant", content: "" })]),
    rest: `${plain([
      chunk(tool ? { tool_calls: [call(tool)] } : { content: text }),
      chunk({}, tool ? "tool_calls" : "stop"),
      { ...chunk({}), choices: [], usage: chatUsage },
    ])}data: [DONE]\n\n`,
  };
}

/** Where no stream is asked for. Of tools it knows nothing. */
export function chatAnswer(model: string, { text }: Said): Stream {
  const message = { role: "assistant", content: text };
  const answer = {
    id: "chatcmpl_stub",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage: chatUsage,
  };
  return { begin: " ", rest: JSON.stringify(answer) };
}

/** Also whole, where no stream is asked for. */
export function geminiAnswer(model: string, { text, tool }: Said) {
  const part = tool ? { functionCall: { id: next("fc"), name: tool.name, args: tool.input } } : { text };
  return {
    candidates: [{ index: 0, content: { role: "model", parts: [part] }, finishReason: "STOP" }],
    usageMetadata: {
      promptTokenCount: usage.input,
      cachedContentTokenCount: usage.cached,
      candidatesTokenCount: usage.output,
      totalTokenCount: usage.input + usage.output,
    },
    modelVersion: model,
  };
}

export function geminiStream(model: string, said: Said): Stream {
  const begun = { candidates: [{ index: 0, content: { role: "model", parts: [{ text: "" }] } }], modelVersion: model };
  return { begin: plain([begun]), rest: plain([geminiAnswer(model, said)]) };
}

function named(events: readonly Event[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

function plain(events: readonly Event[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
}
