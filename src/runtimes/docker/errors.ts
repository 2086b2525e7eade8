// Tells the engine's answers apart, once: what is not there, what is in the way, what is already so, and everything else as
// an error for a person. Asks nobody.
import { CrewError } from "../../errors.ts";
import { connectionLost } from "./engine/unreachable.ts";

/** 404: there is no such container, image, volume or network. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** 400: what was asked for cannot be, such as a name that is none. */
export function isRefused(error: unknown): boolean {
  return statusOf(error) === 400;
}

/** 409: a name that is taken, or a state in which this cannot be done. */
export function isConflict(error: unknown): boolean {
  // Podman 4.3 answers 500 to a container's name that is taken.
  return statusOf(error) === 409 || (statusOf(error) === 500 && /that name is already in use/.test(wordsOf(error)));
}

/** 403: it may not be done, such as the removal of a network that somebody is in. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === 403;
}

/** 403 too: a container that is to join a network is in it. */
export function isInAlready(error: unknown): boolean {
  return isForbidden(error) && /already/.test(`${error}`);
}

/** A container keeps the id of the network that it was made in: one of the same name that was made anew is another one. */
export function isNetworkGone(error: unknown): boolean {
  return /network .* not found/i.test(`${(error as Error).message}`);
}

/** 304: started or stopped already. */
export function isNotModified(error: unknown): boolean {
  return statusOf(error) === 304;
}

/** `where`: what was being done, or to what; it begins the message. The rest is in the engine's own words. */
export function translated(error: unknown, where: string): CrewError {
  if (error instanceof CrewError) return error;
  if (statusOf(error) === undefined) {
    const lost = connectionLost(error);
    if (lost) return lost;
  }
  const words = wordsOf(error);
  // As Linux says it through the engine, which passes the words on.
  if (/no space left on device/i.test(words)) {
    const hint = "Make room there (docker system df), then type the same command again";
    return new CrewError("needs-you", `${where}: no space is left on the engine's disk: ${words}`, {
      hint,
      cause: error,
    });
  }
  // Docker 20.10 to 28, and 29 on: each network takes one range of addresses, and an engine has about 30 of them by default.
  if (/non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i.test(words)) {
    const hint =
      "Give the engine more (default-address-pools in its daemon.json), remove networks that nobody uses (docker network prune), or share services (shared: true) and take crews down; then crew up";
    return new CrewError("needs-you", `${where}: the engine has no addresses left for one more network: ${words}`, {
      hint,
      cause: error,
    });
  }
  // Docker before 23.0.7 and 24.0.3, begun anew under running containers (live-restore), counts below zero when they end
  // (moby/moby issue 44422): nothing but its next beginning makes that good.
  if (/volume has active mounts/i.test(words)) {
    const hint =
      "Where live-restore is on, this engine has lost count of them: restart it, then type the same command again";
    return new CrewError("needs-you", `${where}: ${words}`, { hint, cause: error });
  }
  return new CrewError("failed", `${where}: ${words}`, { cause: error });
}

/** Of the engine itself: not that it could not be asked. */
export function isAnswer(error: unknown): boolean {
  return statusOf(error) !== undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { readonly statusCode?: unknown } | undefined | null)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

/** docker-modem keeps the engine's answer in `json`, and where that was a stream only in its own words around it. */
function wordsOf(error: unknown): string {
  const said = (error as { readonly json?: { readonly message?: unknown } | null } | undefined | null)?.json?.message;
  if (typeof said === "string" && said.trim() !== "") return said.trim();
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
}
