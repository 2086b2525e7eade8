// Says why no engine answers, and what to do about it. Asks nobody.
import { CrewError } from "../../../errors.ts";
import { SshEnded } from "./ssh.ts";

/** `engine`: where it was looked for, and what named it. */
export function unreachable(cause: unknown, engine: string): CrewError {
  const words = wordsOf(cause);
  const [message, hint] = reasonOf(cause, engine) ?? [
    `${engine} does not answer as a Docker engine: ${words}`,
    elsewhere,
  ];
  return new CrewError("needs-you", message, { hint, cause });
}

/** Of an engine that answered before; undefined where the error is its answer. */
export function connectionLost(cause: unknown): CrewError | undefined {
  const { address, port } = (cause ?? {}) as { readonly address?: string; readonly port?: number };
  const engine = address === undefined ? "the Docker engine" : port === undefined ? address : `${address}:${port}`;
  const { code = "" } = (cause ?? {}) as { readonly code?: unknown };
  if (code === "EPIPE" || code === "ECONNRESET") {
    return new CrewError("failed", `The connection to ${engine} broke.`, { hint: again, cause });
  }
  const reason = reasonOf(cause, engine);
  // It may be restarting; only what it refuses stays so.
  const isAway = code === "ECONNREFUSED" || code === "ENOENT";
  return (
    reason && new CrewError(isAway ? "failed" : "needs-you", reason[0], { hint: isAway ? again : reason[1], cause })
  );
}

const again = "See that Docker runs (docker info), then crew up";
const elsewhere = "Start Docker, or name another engine by DOCKER_HOST, or put `runtime: process` into the crew file";
const certificates = "Look at the certificates that DOCKER_CERT_PATH or the docker context names, and at the engine's";

function reasonOf(cause: unknown, engine: string): readonly [message: string, hint: string] | undefined {
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  const words = wordsOf(cause);
  if (cause instanceof SshEnded) {
    return [
      `${engine} cannot be reached: ${words}`,
      "See that ssh gets there by itself and finds docker, then type the same command again",
    ];
  }
  if (/HTTP request to an HTTPS server/.test(words)) return [`${engine} wants TLS.`, "Set DOCKER_TLS_VERIFY=1"];
  if (typeof code !== "string") return undefined;
  switch (code) {
    case "ECONNREFUSED":
      return [`No Docker engine answers at ${engine}.`, elsewhere];
    case "ENOENT":
      return [`There is no ${engine}: no Docker engine runs there.`, elsewhere];
    case "EACCES":
    case "EPERM":
      return [
        `You may not use the Docker engine at ${engine}.`,
        "Add yourself to the group docker (sudo usermod -aG docker $USER) and log in again, or put `runtime: process` into the crew file",
      ];
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return [`${engine}: no such host is known.`, elsewhere];
    case "ABORT_ERR":
      return [`${engine} did not answer.`, elsewhere];
  }
  if (/^(EPROTO$|ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|UNABLE_TO_|DEPTH_ZERO_)/.test(code)) {
    return [`TLS with ${engine} fails: ${words}`, certificates];
  }
  return /^E[A-Z]+$/.test(code) ? [`${engine} cannot be reached: ${words}`, elsewhere] : undefined;
}

function wordsOf(cause: unknown): string {
  const words = (cause instanceof Error ? cause.message : String(cause)).trim();
  // Of OpenSSL's line only the reason: `…:SSL routines:ssl3_get_record:wrong version number:…`
  return /:SSL routines:[^:]*:([^:]+)/.exec(words)?.[1] ?? words;
}
