// Builds the program into dist/: generated code, one bundle, shell scripts, declarations, licences.
// Everything is bundled; the published package installs nothing. Usage: build.mjs [--no-types] [--entry FILE --out DIR]
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const program = { main: join(top, "src/main.ts"), whole: join(top, "src/cli/program.ts") };
const { values: flags } = parseArgs({
  options: {
    entry: { type: "string", default: program.main },
    out: { type: "string", default: join(top, "dist") },
    "no-types": { type: "boolean", default: false },
  },
});

/** simple-git's `debug` asks for it to colour its output, and does without. */
const optional = new Set(["supports-color"]);

/** What dockerode asks for when it loads, and crew never uses: BuildKit's sessions, and an ssh client of its own. */
const leftOut = ["@grpc/grpc-js", "@grpc/proto-loader", "protobufjs", "ssh2"];

const schemaScript = join(top, "scripts/build-schema.mjs");
if (existsSync(schemaScript)) await run(process.execPath, [schemaScript]);
/** Everything is made beside dist/ and then put in place: a program that runs meanwhile finds all its files. */
const staging = `${flags.out}.new-${process.pid}`;
mkdirSync(staging, { recursive: true });
process.on("exit", () => rmSync(staging, { recursive: true, force: true }));
// Two cores: the compiler works on the declarations while the bundle is made.
const [metafile] = await Promise.all([bundle(), flags["no-types"] ? undefined : declarations()]);
writeScripts();
writeLicences(metafile);
putInPlace();
report(metafile);

/**
 * The program is one file, which main.js runs by what V8 made of it before (src/cli/compiled.ts). Both are CommonJS, which Node begins
 * sooner than ES modules. Any other entry loads itself.
 */
async function bundle() {
  const entries =
    flags.entry === program.main
      ? [
          { entryPoints: { main: program.main }, format: "cjs", define: { "import.meta.filename": "__filename" } },
          { entryPoints: { program: program.whole }, outExtension: { ".js": ".cjs" }, format: "cjs" },
        ]
      : [{ entryPoints: { main: flags.entry }, splitting: true, format: "esm" }];
  const metafiles = await Promise.all(entries.map(bundleOf));
  const inputs = Object.assign({}, ...metafiles.map((each) => each.inputs));
  const outputs = Object.assign({}, ...metafiles.map((each) => each.outputs));
  return { inputs, outputs };
}

/** All files lie directly in dist/, so that `./agents/x.sh` is right from each of them. */
async function bundleOf(entry) {
  const { metafile, outputFiles } = await build({
    ...entry,
    outdir: flags.out,
    bundle: true,
    // The main file of jsonc-parser asks for its parts in a way that no bundler sees.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    platform: "node",
    target: "node20",
    chunkNames: "[name]-[hash]",
    // Names stay as written, so that a stack trace can be read without a source map.
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
    plugins: [leavingOut(leftOut)],
  });
  refuseForeignImports(metafile);
  for (const { path: wanted, text } of outputFiles) {
    const path = join(staging, basename(wanted));
    if (entry.entryPoints.program) {
      writeFileSync(path, asFunction(inAscii(text)));
    } else {
      const isMain = basename(path) === "main.js";
      writeFileSync(path, `${isMain ? "#!/usr/bin/env node\n" : ""}${requireShim(text)}${text}`);
      if (isMain) chmodSync(path, 0o755);
    }
    if (entry.format === "cjs") writeFileSync(join(staging, "package.json"), '{ "type": "commonjs" }\n');
  }
  return metafile;
}

/** One byte for a character: half the memory, and nothing to decode. esbuild leaves the literals of regular expressions as they are. */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What main.js has to hand to the compiler is the file as it is. */
function asFunction(text) {
  return `(function (exports, require, module) {\n${text}\n})`;
}

/** In the place of each package: a module whose every member throws when it is called. */
function leavingOut(packages) {
  return {
    name: "leaving-out",
    setup({ onResolve, onLoad }) {
      const filter = new RegExp(`^(${packages.join("|")})(/|$)`);
      onResolve({ filter }, ({ path }) => ({ path, namespace: "left-out" }));
      onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => {
        const words = `crew was built without ${path}: `;
        const refuse = `function () { throw new Error(${JSON.stringify(words)} + String(name) + " cannot be used"); }`;
        return { contents: `module.exports = new Proxy({}, { get: (_, name) => ${refuse} });` };
      });
    },
  };
}

/** CommonJS packages ask for node's modules by `require`, which an ES module has to make for itself. */
function requireShim(text) {
  if (!text.includes("__require")) return "";
  return 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);\n';
}

function refuseForeignImports(metafile) {
  const own = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  for (const [output, { imports }] of Object.entries(metafile.outputs)) {
    const foreign = imports
      .filter(({ external, path }) => external && !own.has(path) && !optional.has(path))
      .map(({ path }) => path);
    if (foreign.length > 0) throw new Error(`${output} needs ${foreign.join(", ")} at run time; bundle it`);
  }
}

async function declarations() {
  const tsc = join(top, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [
    tsc,
    "-p",
    join(top, "scripts/tsconfig.types.json"),
    "--outDir",
    join(staging, "types"),
  ]);
}

/** An instance gets each as one file; the supervisor's parts are put together by their names. */
function writeScripts() {
  const from = join(top, "src/agents");
  const to = join(staging, "agents");
  mkdirSync(to, { recursive: true });
  const parts = readdirSync(join(from, "supervisor")).sort();
  const texts = {
    "bd.sh": readFileSync(join(from, "bd.sh")),
    "gate.sh": readFileSync(join(from, "gate.sh")),
    "tell.sh": readFileSync(join(from, "tell.sh")),
    "supervisor.sh": Buffer.concat(parts.map((name) => readFileSync(join(from, "supervisor", name)))),
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(to, name), text, { mode: 0o755 });
}

/** The licence of every package that is in the bundle. */
function writeLicences(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
  });
  writeFileSync(join(staging, "THIRD-PARTY-LICENSES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

/** Each file by a rename, what others name first; then what an earlier build left goes. */
function putInPlace() {
  const files = filesIn(staging).sort((a, b) => Number(a === "main.js") - Number(b === "main.js"));
  for (const file of files) {
    mkdirSync(dirname(join(flags.out, file)), { recursive: true });
    renameSync(join(staging, file), join(flags.out, file));
  }
  const isCurrent = (file) => files.includes(file) || (flags["no-types"] && file.startsWith("types/"));
  for (const file of filesIn(flags.out).filter((each) => !isCurrent(each))) rmSync(join(flags.out, file));
}

/** Relative paths of all files below the folder. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function report(metafile) {
  const chunks = Object.entries(metafile.outputs).sort(([, a], [, b]) => b.bytes - a.bytes);
  for (const [path, { bytes }] of chunks)
    console.log(`${kilobytes(bytes)}  ${relative(top, join(process.cwd(), path))}`);
  console.log(`${kilobytes(chunks.reduce((sum, [, { bytes }]) => sum + bytes, 0))}  in ${chunks.length} chunks`);
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(8)} kB`;
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: top, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${basename(args[0])} ended with ${code}`));
    });
  });
}
