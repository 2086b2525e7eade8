// What lies at a path of a container, running or not. Changes nothing.
import type { Container } from "dockerode";
import { isNotFound, translated } from "./errors.ts";

export interface PathStat {
  /** Go's os.FileMode. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Absolute in the container; empty for what is no link. */
  readonly linkTarget: string;
}

/** Undefined: nothing does. */
export async function statOf(container: Container, path: string): Promise<PathStat | undefined> {
  try {
    const answer = (await container.infoArchive({ path })) as unknown as {
      readonly headers: Readonly<Record<string, string>>;
    };
    const header = answer.headers["x-docker-container-path-stat"] ?? "";
    return JSON.parse(Buffer.from(header, "base64").toString("utf8")) as PathStat;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw translated(error, path);
  }
}
