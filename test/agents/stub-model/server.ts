// A model server on loopback for the real agent programs: Anthropic Messages, OpenAI Responses and Chat Completions,
// Gemini. Says what it was told to say, and keeps every request.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Dialect, errorAnswer } from "./errors.ts";
import {
  anthropicStream,
  chatAnswer,
  chatStream,
  geminiAnswer,
  geminiStream,
  responsesStream,
  type Said,
  type Stream,
} from "./events.ts";
import type { Answer } from "./scenario.ts";
import { shellTool } from "./tools.ts";

/** A request that asked the model for something. */
export interface ModelRequest {
  readonly atMs: number;
  readonly path: string;
  /** Of `authorization`, `x-api-key` and `x-goog-api-key`, those that were sent. */
  readonly credentials: readonly string[];
  /** As it was sent. */
  readonly body: string;
  /** It offers no tools, of a program that does: a title, or a summary. */
  readonly isAside: boolean;
}

interface Asked {
  readonly model?: string;
  readonly stream?: boolean;
  readonly tools?: unknown;
  readonly input?: unknown;
}

const protocols: readonly {
  readonly end: string;
  readonly dialect: Dialect;
  readonly stream: (model: string, said: Said) => Stream;
  /** Where no stream is asked for. */
  readonly whole?: (model: string, said: Said) => Stream;
}[] = [
  { end: "/messages", dialect: "anthropic", stream: anthropicStream },
  { end: "/responses", dialect: "openai", stream: responsesStream },
  { end: "/chat/completions", dialect: "openai", stream: chatStream, whole: chatAnswer },
  { end: ":streamGenerateContent", dialect: "gemini", stream: geminiStream },
  {
    end: ":generateContent",
    dialect: "gemini",
    stream: (model, said) => ({ begin: "", rest: JSON.stringify(geminiAnswer(model, said)) }),
  },
];

export class StubModel {
  readonly requests: ModelRequest[] = [];
  readonly #server: Server;
  #answers: readonly Answer[] = [{ kind: "text", text: "Done." }];
  #asked = 0;
  #judge: ((body: string, path: string) => Answer) | undefined;

  readonly #hasTools: boolean;

  /** `hasTools`: whoever asks offers the model tools, unless it asks aside. */
  constructor({ hasTools } = { hasTools: true }) {
    this.#hasTools = hasTools;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response).catch(() => response.destroy());
    });
    // An agent program asks for a WebSocket first: refused, it goes on with plain HTTP.
    this.#server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 426 Upgrade Required\r\n\r\n"));
  }

  async listen({ host, port } = { host: "127.0.0.1", port: 0 }): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, host, resolve));
    return this;
  }

  /** Without a path: `http://127.0.0.1:PORT`. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on: an answer for each request with tools, and the last of them for all that come after. */
  script(...answers: readonly [Answer, ...Answer[]]): void {
    this.#answers = answers;
    this.#asked = 0;
  }

  /** From now on: each request is answered by what is in it, whoever asks. */
  answer(judge: (body: string, path: string) => Answer): void {
    this.#judge = judge;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const path = (request.url ?? "").replace(/\?.*/, "");
    const protocol = protocols.find(({ end }) => path.endsWith(end));
    if (request.method !== "POST" || !protocol) {
      response.writeHead(request.method === "HEAD" ? 200 : 404).end();
      return;
    }
    const asked = JSON.parse(body) as Asked;
    const isAside = this.#hasTools && !shellTool(toolsOf(asked), "");
    const { authorization, "x-api-key": key, "x-goog-api-key": google } = request.headers;
    const credentials = [authorization, key, google].flatMap((each) => (each === undefined ? [] : [`${each}`]));
    this.requests.push({ atMs: Date.now(), path, credentials, body, isAside });
    const answer = this.#judge ? this.#judgement({ body, path, isAside }) : this.#answerTo(isAside);
    if (answer.kind === "hang") return;
    if (answer.kind === "error") {
      const { status, headers, body: said } = errorAnswer(protocol.dialect, answer.error, answer.resetSeconds);
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(said));
      return;
    }
    const whole = asked.stream === true ? undefined : protocol.whole;
    const stream = (whole ?? protocol.stream)(asked.model ?? "stub", saidIn(answer, asked));
    const isWhole = whole !== undefined || path.endsWith(":generateContent");
    response.writeHead(200, { "content-type": isWhole ? "application/json" : "text/event-stream" });
    response.write(stream.begin);
    if (answer.kind === "stall") return;
    if (answer.kind === "cut") response.destroy();
    else response.end(stream.rest);
  }

  #judgement({ body, path, isAside }: Pick<ModelRequest, "body" | "path" | "isAside">): Answer {
    const answer = this.#judge?.(body, path) ?? { kind: "hang" };
    return isAside && answer.kind === "shell" ? { kind: "text", text: "A title" } : answer;
  }

  /** A fault holds for what is asked aside, too; an answer is given to the conversation alone. */
  #answerTo(isAside: boolean): Answer {
    const answer = this.#answers[Math.min(this.#asked, this.#answers.length - 1)] ?? { kind: "hang" };
    if (isAside) return answer.kind === "shell" ? { kind: "text", text: "A title" } : answer;
    this.#asked += 1;
    return answer;
  }
}

/** Codex says those of its code mode among what is said. */
function toolsOf({ tools, input }: Asked): unknown {
  if (Array.isArray(tools) || !Array.isArray(input)) return tools;
  const said = input as readonly { readonly type?: string; readonly tools?: unknown }[];
  return said.find(({ type }) => type === "additional_tools")?.tools;
}

function saidIn(answer: Answer, asked: Asked): Said {
  if (answer.kind === "tool") return { tool: answer };
  if (answer.kind === "edit") return { text: `${answer.text}\n\n${fileText(answer.file)}` };
  if (answer.kind !== "shell") return { text: answer.kind === "text" ? answer.text : "" };
  const tool = shellTool(toolsOf(asked), answer.command);
  return tool ? { tool } : { text: "There is no shell." };
}

/** In the form that aider asks for where it knows nothing of the model. */
function fileText(file: string): string {
  return `${file}\n\`\`\`\nThis is ${file}.\n\`\`\`\n`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
