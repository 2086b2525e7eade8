// The rules that the code's structure keeps. Each takes all files and tells what breaks it, one line for each place.
import { builtinModules } from "node:module";
import ts from "typescript";
import { lineOf, type SourceFile, walk } from "./source.ts";

export type Rule = (files: readonly SourceFile[]) => readonly string[];

/** What each folder (or file) of src may import besides itself and `errors.ts`. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  main: ["cli"],
  cli: ["execute", "plan", "merge", "config", "model", "ports", "agents", "repository", "beads", "runtimes", "ui"],
  ui: ["execute", "plan", "merge", "model", "ports"],
  execute: ["plan", "merge", "agents", "model", "ports"],
  plan: ["merge", "model"],
  merge: ["model"],
  config: ["model"],
  agents: ["model", "ports"],
  repository: ["model", "ports", "program", "room"],
  beads: ["model", "ports", "program"],
  runtimes: ["agents", "model", "ports", "room"],
  ports: ["model"],
  model: [],
  errors: [],
  program: [],
  room: [],
};

/** The folders (or files) of src that each library is known in. */
const homeOfLibrary: Readonly<Record<string, readonly string[]>> = {
  yaml: ["config"],
  ajv: ["config"],
  "jsonc-parser": ["config"],
  "string-argv": ["config"],
  "simple-git": ["repository"],
  picomatch: ["model"],
  chokidar: ["runtimes", "execute"],
  commander: ["cli", "main"],
  dockerode: ["runtimes/docker"],
  "@balena/dockerignore": ["runtimes/docker"],
  "tar-stream": ["runtimes"],
};

/** Libraries that take their time to load: only `import("…")` and types name them. */
const lazyLibraries = new Set(["dockerode"]);

/** Decisions: they import nothing that could do more than compute. */
const pureFolders: Readonly<Record<string, readonly string[]>> = { model: ["node:crypto"], plan: [], merge: [] };

/** Where effects may stand. */
const effectPlaces = ["src/main.ts", "src/ui/", "src/execute/clock.ts"];

/** Timers that are no waiting of crew's but the limit of a program that it started. */
const timerPlaces = [...effectPlaces, "src/program.ts"];

const lineLimit = 250;
const bannedNames = new Set(["utils", "util", "helpers", "helper", "common", "misc", "manager", "service"]);

export const dependencyDirection: Rule = (files) =>
  files.flatMap((file) => {
    const from = folderOf(file.path);
    const allowed = mayImport[from];
    if (allowed === undefined) return [`${file.path}: the folder ${from} has no place in the order of folders`];
    return file.imports.flatMap((each) => {
      if (each.file === undefined || !each.file.startsWith("src/")) return [];
      const to = folderOf(each.file);
      if (to === from || to === "errors" || allowed.includes(to)) return [];
      return [`${file.path}:${each.line}: ${from} must not import ${to} (${each.specifier})`];
    });
  });

export const librariesAtHome: Rule = (files) =>
  files.flatMap((file) =>
    file.imports.flatMap((each) => {
      if (each.file !== undefined || isBuiltin(each.specifier)) return [];
      const library = libraryOf(each.specifier);
      const homes = homeOfLibrary[library];
      if (homes?.some((home) => isAt(file.path, [`src/${home}.ts`, `src/${home}/`]))) return [];
      const where = homes ? `belongs into ${homes.join(" or ")}` : "is no library of crew's";
      return [`${file.path}:${each.line}: ${library} ${where}`];
    }),
  );

export const loadedLate: Rule = (files) =>
  files.flatMap((file) =>
    file.imports
      .filter((each) => !each.lazy && !each.onlyTypes && lazyLibraries.has(libraryOf(each.specifier)))
      .map((each) => `${file.path}:${each.line}: ${each.specifier} is loaded only when it is needed: await import()`),
  );

export const purity: Rule = (files) =>
  files.flatMap((file) => {
    const allowed = pureFolders[folderOf(file.path)];
    if (allowed === undefined) return [];
    const modules = file.imports
      .filter((each) => isBuiltin(each.specifier) && !allowed.includes(each.specifier))
      .map((each) => `${file.path}:${each.line}: pure code must not import ${each.specifier}`);
    return [...modules, ...globals(file, impureGlobals).map((use) => `${use} in pure code`)];
  });

export const effectsAtTheEdge: Rule = (files) =>
  files.flatMap((file) => {
    if (isAt(file.path, effectPlaces)) return [];
    const uses = globals(file, edgeGlobals);
    return isAt(file.path, timerPlaces) ? uses.filter((use) => !/: (set|clear)\w+$/.test(use)) : uses;
  });

/** Types count: a ring of them is a thing in the wrong file. A lazy import closes none: nothing waits for it. */
export const noCycles: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      found.push([...way.slice(way.indexOf(path)), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    for (const each of byPath.get(path)?.imports ?? []) if (each.file && !each.lazy) visit(each.file, [...way, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
};

export const smallFiles: Rule = (files) =>
  files.flatMap((file) => {
    const lines = file.text.replace(/\n$/, "").split("\n").length;
    return lines > lineLimit ? [`${file.path}: ${lines} lines; look for the second idea`] : [];
  });

export const purposeFirst: Rule = (files) =>
  files.flatMap((file) => (/^\/\/ \S/.test(file.text) ? [] : [`${file.path}:1: says not what the file is for`]));

export const namedForItsIdea: Rule = (files) =>
  files.flatMap((file) => {
    const parts = file.path.replace(/\.ts$/, "").split(/[/.-]/);
    const banned = parts.filter((part) => bannedNames.has(part));
    return banned.length === 0 ? [] : [`${file.path}: "${banned[0]}" says nothing about what is in it`];
  });

/** `src/plan/gates.ts` → `plan`; `src/errors.ts` → `errors`. */
function folderOf(path: string): string {
  return (path.split("/")[1] ?? "").replace(/\.ts$/, "");
}

function libraryOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

function isAt(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || (place.endsWith("/") && path.startsWith(place)));
}

const timers = ["setTimeout", "setInterval", "setImmediate"];
const impureGlobals = new Set([...timers, "process", "console", "fetch", "queueMicrotask"]);
const edgeGlobals = new Set([
  ...timers,
  ...["console", "process.exit", "process.env", "process.exitCode", "process.argv", "process.stdout", "process.stderr"],
  ...["Date.now", "performance.now", "Math.random", "new Date()", "crypto.randomUUID"],
]);

/** Uses of these names as globals, each with its place. A parameter or a field that has such a name is no use. */
function globals(file: SourceFile, names: ReadonlySet<string>): readonly string[] {
  const own = declaredNames(file.syntax);
  const uses: string[] = [];
  walk(file.syntax, (node) => {
    const name = globalName(node);
    if (name === undefined || !names.has(name) || own.has(name.split(".")[0] ?? "")) return;
    uses.push(`${file.path}:${lineOf(node)}: ${name}`);
  });
  return uses;
}

function globalName(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
    return node.expression.text === "Date" && (node.arguments?.length ?? 0) === 0 ? "new Date()" : undefined;
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return `${node.expression.text}.${node.name.text}`;
  }
  if (!ts.isIdentifier(node)) return undefined;
  const { parent } = node;
  const isMember =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) &&
      parent.name === node) ||
    ts.isQualifiedName(parent) ||
    ts.isTypeReferenceNode(parent);
  return isMember ? undefined : node.text;
}

/** Names that the file itself gives to something, imports among them. */
function declaredNames(syntax: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  walk(syntax, (node) => {
    const declares =
      ts.isParameter(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node);
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}
