// `npm run demo`: installs what is needed, makes a scratch repository from examples/sign-in and runs its crew to the
// landed epic. Needs only git and Node. `npm run demo -- --dir DIR` puts the repository there and keeps it; `--bd PROGRAM`
// lets that bd keep the beads instead of git, `--image IMAGE` (one with Node and git) runs the roles and gates in containers.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(top, "dist", "main.js");
const { values } = parseArgs({
  options: { dir: { type: "string" }, bd: { type: "string" }, image: { type: "string" } },
});
const bd = values.bd === undefined ? undefined : resolve(values.bd);

const kept = values.dir === undefined ? undefined : resolve(values.dir);
if (kept !== undefined && existsSync(kept) && readdirSync(kept).length > 0) {
  console.error(`${kept} is not empty: name another folder with --dir`);
  process.exit(1);
}

if (!existsSync(join(top, "node_modules", ".package-lock.json"))) {
  heading("Installing packages (once)");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: top });
}
heading("Building crew");
run(process.execPath, [join(top, "scripts", "build.mjs"), "--no-types"], { cwd: top, quiet: true });

const repository = kept ?? mkdtempSync(join(tmpdir(), "crew-demo-"));
mkdirSync(repository, { recursive: true });
const startedAt = performance.now();

heading("A scratch repository with a small web service");
cpSync(join(top, "examples", "sign-in"), repository, { recursive: true });
git("init", "-q", "-b", "main");
git("config", "user.name", "Demo");
git("config", "user.email", "demo@example.org");
if (bd !== undefined) keepBeadsWith(bd);
if (values.image !== undefined) runIn(values.image);
git("add", "-A");
git(
  "-c",
  "commit.gpgsign=false",
  "-c",
  "core.hooksPath=/dev/null",
  "commit",
  "-q",
  "-m",
  "A notes service without a sign-in",
);
console.log(`  ${repository}`);

crew("up", "--wait");
crew("land");

heading("First-parent history of main");
run("git", ["log", "--first-parent", "--format=  %h %s", "main"]);
crew("bead", "list");

const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
heading(`Landed on main in ${seconds} s. Where to look`);
console.log(`  cd ${repository}
  git log --graph --oneline main          the merges, bottom-up
  git for-each-ref refs/crew              orders, reports, verdicts: where crew keeps its truth
  node ${program} status
  node ${program} logs backend
  node ${program} down                    stops the roles and archives the project
  npm start                               the service, now with a sign-in`);

function runIn(image) {
  const file = join(repository, "crew.yaml");
  const text = readFileSync(file, "utf8")
    .replace(/^# On this machine and without containers.*\nruntime: process$/m, "runtime: docker")
    .replace(/^defaults:$/m, `defaults:\n  image: ${JSON.stringify(image)}`);
  writeFileSync(file, text);
}

/** A workspace as a person makes one who wants nothing else of bd, and a crew file that names the program. */
function keepBeadsWith(program) {
  const version = spawnSync(program, ["version"], { encoding: "utf8" }).stdout ?? "";
  const quiet = / 0\./.test(version)
    ? ["--skip-hooks", "--skip-merge-driver", "--stealth"]
    : ["--non-interactive", "--skip-hooks", "--skip-agents", "--stealth"];
  run(program, ["init", "-p", "notes", "-q", ...quiet], { quiet: true });
  const file = join(repository, "crew.yaml");
  const tracker = `tracker: ${JSON.stringify({ kind: "bd", command: program })}`;
  writeFileSync(file, readFileSync(file, "utf8").replace(/^tracker: git$/m, tracker));
  console.log(`  ${version.trim()}`);
}

/** In the scratch repository, its output shown; ends the demo if it fails. */
function crew(...args) {
  heading(`crew ${args.join(" ")}`);
  run(process.execPath, [program, ...args]);
}

function git(...args) {
  run("git", args, { quiet: true });
}

function run(command, args, { cwd = repository, quiet = false } = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    stdio: quiet ? "pipe" : ["ignore", "inherit", "inherit"],
    encoding: "utf8",
  });
  if (status === 0) return;
  if (quiet) console.error(stdout, stderr);
  console.error(`${command} ${args.join(" ")} ${error ? error.message : `ended with ${status}`}`);
  process.exit(1);
}

function heading(text) {
  console.log(`\n── ${text} ${"─".repeat(Math.max(2, 76 - text.length))}`);
}
