// `npm run bench -- NAME [FLAGS]`: builds bench/NAME.ts into a folder of its own and runs it; its exit code is this one's.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const [name = "merge", ...flags] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "crew-bench-program-"));
const run = (script, args, stdout) =>
  spawnSync(process.execPath, [script, ...args], { cwd: top, stdio: ["ignore", stdout, "inherit"] }).status ?? 1;
try {
  const out = join(folder, "program");
  const built = ["--no-types", "--entry", join(top, "bench", `${name}.ts`), "--out", out];
  process.exitCode =
    run(join(top, "scripts/build.mjs"), built, "ignore") || run(join(out, "main.js"), flags, "inherit");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
