// Bead ids: what one may look like, and how a new one is made. Pure: the same bead, writer and time give the same id.
import { createHash } from "node:crypto";
import type { Stamp } from "./stamp.ts";

/** `shop-a3f8` from the bead's content, writer and time; the next candidate where it is taken. */
export function newRootId(request: {
  readonly prefix: string;
  readonly title: string;
  readonly stamp: Stamp;
  readonly taken: (id: string) => boolean;
}): string {
  for (let nonce = 0; ; nonce += 1) {
    // One more digit after each eight collisions: a crowded prefix still finds a free id.
    const length = idDigits + Math.floor(nonce / 8);
    const id = `${request.prefix}-${digits([request.title, request.stamp.actor, request.stamp.at, nonce], length)}`;
    if (!request.taken(id)) return id;
  }
}

/** `<parent>.<n>`, n one above the highest that was ever given out under the parent. */
export function newChildId(parent: string, ids: Iterable<string>): string {
  let highest = 0;
  for (const id of ids) {
    if (!id.startsWith(`${parent}.`)) continue;
    const number = /^\d+/.exec(id.slice(parent.length + 1));
    if (number) highest = Math.max(highest, Number(number[0]));
  }
  return `${parent}.${highest + 1}`;
}

/** Why the id cannot be: it becomes a part of ref names (`git check-ref-format`) and of file names. */
export function idProblem(id: string): string | undefined {
  if (id === "") return "is empty";
  if (id.length > 100) return "has more than 100 characters";
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return "may hold only letters, digits, '.', '_' and '-'";
  if (id.includes("..") || id.endsWith(".") || id.endsWith(".lock")) return "is no name that git takes for a ref";
  if (id === "up") return "is reserved"; // orders of moves upward lie under `up/`
  return undefined;
}

const idDigits = 4;

function digits(content: readonly unknown[], length: number): string {
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  return BigInt(`0x${hash}`).toString(36).slice(-length).padStart(length, "0");
}
