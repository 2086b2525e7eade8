// The certificates that the docker client would use: ca.pem, cert.pem and key.pem of one folder.
import { join } from "node:path";
import { CrewError } from "../../../errors.ts";
import type { Tls } from "./address.ts";
import type { Surroundings } from "./surroundings.ts";

export interface TlsFiles {
  readonly folder: string;
  /** What names the folder. */
  readonly from: string;
  readonly verify: boolean;
  /** False: without one, the system's authorities are believed. */
  readonly needsCa: boolean;
}

/** `invalid` where a file that is needed is missing, or cert.pem and key.pem are not both there. */
export function tlsOf({ folder, from, verify, needsCa }: TlsFiles, around: Surroundings): Tls {
  const read = (name: string) => readPlain(join(folder, name), around);
  const [ca, cert, key] = [verify ? read("ca.pem") : undefined, read("cert.pem"), read("key.pem")];
  const lacking = [
    ...(needsCa && verify && ca === undefined ? ["ca.pem"] : []),
    ...(cert === undefined && key !== undefined ? ["cert.pem"] : []),
    ...(key === undefined && cert !== undefined ? ["key.pem"] : []),
  ];
  if (lacking.length > 0) {
    const hint = `Put it there, or let ${from} name another folder`;
    throw new CrewError("invalid", `There is no ${lacking.map((name) => join(folder, name)).join(", no ")}.`, { hint });
  }
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    verify,
  };
}

/** Undefined where there is no such file. */
export function readPlain(path: string, { readText }: Surroundings): string | undefined {
  try {
    return readText(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = "Make it readable, or set DOCKER_HOST";
    throw new CrewError("needs-you", `${path} cannot be read: ${why}.`, { at: path, hint, cause });
  }
}
