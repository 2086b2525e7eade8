// The scripts of an instance as the build puts them together.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../src/agents");
const read = (...path: readonly string[]) => readFileSync(join(folder, ...path), "utf8");

export const scripts = {
  supervisor: readdirSync(join(folder, "supervisor"))
    .sort()
    .map((name) => read("supervisor", name))
    .join(""),
  bd: read("bd.sh"),
  gate: read("gate.sh"),
  tell: read("tell.sh"),
} as const;
