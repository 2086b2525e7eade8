// `npm test`: sets itself up on a fresh machine, then runs every check and every suite that the machine can run, goes on
// after failures, and ends with what passed and what failed. With CI set, what could not run has failed, but for extras. Needs
// only Node.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const isCi = !["", "0", "false"].includes(process.env.CI ?? "");
const node = process.execPath;
const bin = (path) => join(top, "node_modules", path);

const entersAsNobody = `
  if (process.getuid?.() === 0) { process.setgid(65534); process.setuid(65534); }
  require("fs").accessSync(require("os").tmpdir(), require("fs").constants.X_OK);
`;

/** What tests need beyond Node: whole suites, or only the files named for the tool (`x.dash.test.ts`). */
const tools = [
  { name: "git", probe: ["git", "--version"], atLeast: [2, 39], suites: ["unit", "e2e"] },
  { name: "sh", probe: ["sh", "-c", "echo sh"], suites: ["unit", "e2e"] },
  ...(process.platform === "linux" ? [{ name: "setsid", probe: ["setsid", "true"], suites: ["unit", "e2e"] }] : []),
  { name: "dash", probe: ["dash", "-c", "echo dash"] },
  { name: "busybox", probe: ["busybox", "sh", "-c", "echo busybox"] },
  { name: "script", probe: ["script", "-qec", "true", "/dev/null"] },
  { name: "tmux", probe: ["tmux", "-V"] },
  { name: "openssl", probe: ["openssl", "version"] },
  {
    name: "unprivileged",
    probe: [node, "-e", entersAsNobody],
    problem: "nobody but root can use the folder for temporary files",
  },
  // Small disks for the tests of full ones: in a mount namespace of its own, nothing is left mounted.
  {
    name: "root",
    probe: ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/tmp"],
    problem: "no file system can be mounted",
  },
];

/** Only an engine that has the images: `scripts/test-images.sh` makes them. */
const images = ["crew-test-base:bookworm", "crew-test-tiny:busybox"];
tools.push({
  name: "docker",
  probe: [node, join(top, "scripts/engine.mjs"), "has", ...images],
  problem: `no Docker engine answers, or it lacks ${images.join(" or ")} (scripts/test-images.sh FOLDER makes them)`,
});

// Engines of the tests' own, in namespaces that end with them.
const ownEngine = "mount -t tmpfs none /mnt && dockerd --version && ip link show lo";
tools.push({
  name: "dockerd",
  probe: [
    "sh",
    "-c",
    `unshare -m -n -p -f --mount-proc sh -c '${ownEngine}' && exec "$@"`,
    "sh",
    ...tools.at(-1).probe,
  ],
  problem: "there is no dockerd, no namespaces can be made for it, or the engine lacks the images of the tests",
});

/** The real bd, each version that crew is tried with: `scripts/build-bd.sh` builds them into this folder. */
process.env.CREW_TEST_BD ??= join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "crew-ci", "bd");
for (const version of ["0.47.1", "1.0.5", "1.2.2"]) {
  const program = join(process.env.CREW_TEST_BD, version, "bd");
  const problem = `there is no ${program} (scripts/build-bd.sh ${process.env.CREW_TEST_BD} builds it; it needs go)`;
  tools.push({ name: `bd-${version}`, probe: [program, "version"], problem });
}

/** The real agent programs, of the versions that the presets name: `scripts/test-agents.sh` installs them into this folder. */
process.env.CREW_TEST_AGENTS ??= join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "crew-ci", "agents");
for (const name of ["claude", "codex", "opencode", "gemini", "qwen", "copilot", "aider"]) {
  // Tested where somebody has installed it; that it is not there is no failure.
  const isExtra = ["copilot", "aider"].includes(name);
  const home = join(process.env.CREW_TEST_AGENTS, name);
  const program = join(home, "node_modules/.bin", name);
  const install = `scripts/test-agents.sh ${process.env.CREW_TEST_AGENTS}${isExtra ? ` ${name}` : ""}`;
  const problem = `there is no ${program} (${install} installs it)`;
  tools.push({ name, probe: ["env", `HOME=${home}`, program, "--version"], problem, isExtra });
}

// Stories that only whoever asks for them hears: they take minutes.
tools.push({
  name: "seeds",
  probe: [node, "-e", "process.exitCode = process.env.CREW_KILL_SEED ? 0 : 1"],
  problem: "CREW_KILL_SEED names none of its stories (CREW_KILL_SEED=1-6 tells six, in some ten minutes)",
  isExtra: true,
});

const results = [];
const missing = findMissing();
// vitest.config.ts leaves out the files named for these.
process.env.CREW_TEST_WITHOUT = missing.map(({ name }) => name).join();

if (await step("packages", installPackages)) {
  const built = await step("build", () => run(node, [join(top, "scripts/build.mjs")]));
  await step("lint", () => run(bin(".bin/biome"), ["check", "--error-on-warnings", "."]));
  await step("types", () => run(node, [bin("typescript/bin/tsc"), "--noEmit"]));
  await step("direction", () => runSuites(["structure"]));
  await step("dead code", () => run(node, [bin("knip/bin/knip.js")]));
  await step("units", () => runSuites(["unit"]));
  await step("end to end", () =>
    built ? runSuites(["e2e"]) : { ok: false, why: "there is no program: the build failed" },
  );
}
reportMissing();
process.exitCode = summary();

/** One row of the summary. A check counts as one test; a suite counts its tests. */
async function step(name, work) {
  console.log(`\n── ${name} ${"─".repeat(Math.max(2, 76 - name.length))}`);
  const startedAt = performance.now();
  let result;
  try {
    result = await work();
  } catch (error) {
    result = { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
  const counts = result.counts ?? { passed: result.ok ? 1 : 0, failed: result.ok ? 0 : 1, skipped: 0 };
  if (result.why) console.log(`${name}: ${result.why}`);
  results.push({ name, ok: result.ok, seconds: (performance.now() - startedAt) / 1000, ...counts });
  return result.ok;
}

function installPackages() {
  if (packagesAreFresh()) return { ok: true, why: "as package-lock.json has them" };
  const npm = process.env.npm_execpath;
  const flags = ["ci", "--no-audit", "--no-fund"];
  return npm?.endsWith(".js") ? run(node, [npm, ...flags]) : run("npm", flags);
}

/** npm keeps a list of what it installed; it must be what package-lock.json asks for. */
function packagesAreFresh() {
  const installedList = join(top, "node_modules/.package-lock.json");
  if (!existsSync(installedList)) return false;
  const wanted = JSON.parse(readFileSync(join(top, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedList, "utf8")).packages;
  const isWanted = ([path, { version, integrity = installed[path]?.integrity, optional }]) =>
    path === "" ||
    (installed[path] ? installed[path].version === version && installed[path].integrity === integrity : optional);
  return Object.entries(wanted).every(isWanted) && Object.keys(installed).every((path) => path in wanted);
}

async function runSuites(names) {
  const lacking = missing.filter((tool) => tool.suites?.some((suite) => names.includes(suite)));
  if (lacking.length > 0) {
    const why = `not run: ${lacking.map((tool) => tool.problem).join(", ")}`;
    return { ok: !isCi, why, counts: { passed: 0, failed: isCi ? 1 : 0, skipped: isCi ? 0 : 1 } };
  }
  const folder = mkdtempSync(join(tmpdir(), "crew-test-"));
  const file = join(folder, "results.json");
  try {
    const projects = names.flatMap((name) => ["--project", name]);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { ok } = await run(node, [bin("vitest/vitest.mjs"), "run", ...projects, ...reporters]);
    return { ok, ...counted(ok, existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that failed without a failed test (a file that does not load, an error outside of tests) counts as one. */
function counted(ok, report) {
  if (report === undefined)
    return { ok: false, why: "the test runner left no results", counts: { passed: 0, failed: 1, skipped: 0 } };
  const { numPassedTests: passed, numPendingTests: pending, numTodoTests: todo } = report;
  const failed = Math.max(report.numFailedTests, ok ? 0 : 1);
  const skipped = pending + todo;
  if (!isCi || skipped === 0) return { counts: { passed, failed, skipped } };
  const names = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => !["passed", "failed"].includes(status))
      .map(({ fullName }) => `  ${fullName}`),
  );
  const why = `with CI set nothing may be skipped:\n${names.join("\n")}`;
  return { ok: false, why, counts: { passed, failed: failed + skipped, skipped: 0 } };
}

function findMissing() {
  return tools.flatMap((tool) => {
    const [program, ...args] = tool.probe;
    const { status, stdout } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    if (status !== 0) return [{ ...tool, problem: tool.problem ?? `there is no ${tool.name}` }];
    if (!tool.atLeast || isAtLeast(stdout, tool.atLeast)) return [];
    return [{ ...tool, problem: `${stdout.trim()} is older than ${tool.atLeast.join(".")}` }];
  });
}

/** Root writes everywhere: what others may not do is shown as nobody, who must be able to read Node and the program. */
function isAtLeast(text, [major, minor]) {
  const [, foundMajor, foundMinor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(foundMajor) > major || (Number(foundMajor) === major && Number(foundMinor) >= minor);
}

function reportMissing() {
  if (missing.length === 0) return;
  console.log(`\n${"!".repeat(80)}`);
  for (const tool of missing) {
    const lost = tool.suites ? `suites ${tool.suites.join(", ")}` : `test/**/*.${tool.name}.test.ts`;
    console.log(`NOT RUN: ${lost}. Why: ${tool.problem}.`);
  }
  console.log("!".repeat(80));
  // A suite that did not run has its own row.
  const files = missing.filter((tool) => !tool.suites);
  const failed = isCi ? files.filter((tool) => !tool.isExtra).length : 0;
  const isOk = !isCi || missing.every((tool) => tool.isExtra);
  results.push({ name: "machine", ok: isOk, seconds: 0, passed: 0, failed, skipped: files.length - failed });
}

function summary() {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(
    `\n${"step".padEnd(12)} ${"".padEnd(7)}${"passed".padStart(8)}${"failed".padStart(8)}${"skipped".padStart(9)}${"seconds".padStart(9)}`,
  );
  for (const { name, ok, passed, failed, skipped, seconds } of results) {
    const numbers = `${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}`;
    console.log(`${name.padEnd(12)} ${(ok ? "ok" : "FAILED").padEnd(7)}${numbers}${seconds.toFixed(1).padStart(9)}`);
  }
  const skipped = sum("skipped");
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return results.every(({ ok, failed }) => ok && failed === 0) ? 0 : 1;
}

function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: top, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => resolve({ ok: false, why: error.message }));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? { ok: true } : { ok: false, why: `ended with ${code ?? signal}` }),
    );
  });
}
