// The image that Node and npm are taken from, where none can be pulled: this machine's, on the image that the tests have.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker } from "./docker.ts";

/** `folder`: a new one, for what it is built from. */
export function nodeImage(name: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const modules = execFileSync("npm", ["root", "-g"], { encoding: "utf8" }).trim();
  cpSync(process.execPath, join(folder, "node"));
  cpSync(join(modules, "npm"), join(folder, "npm"), { recursive: true });
  writeFileSync(
    join(folder, "Dockerfile"),
    `FROM crew-test-base:bookworm
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
LABEL crewtest=${name}
`,
  );
  docker("build", "-q", "-t", name, folder);
}

/** Where this machine's npm takes packages from. */
export function registry(): string {
  return execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
}
