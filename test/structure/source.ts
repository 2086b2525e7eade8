// The source files of crew as the structure's rules see them: text, imports, and the syntax tree. Decides nothing.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export interface SourceFile {
  /** From the top, with slashes: `src/plan/plan.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly syntax: ts.SourceFile;
}

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The file, where the specifier is relative. */
  readonly file?: string;
  readonly line: number;
  /** `import("…")`: loaded when it is reached. */
  readonly lazy: boolean;
  /** Nothing of it is left when the program runs. */
  readonly onlyTypes: boolean;
}

/** Every hand-written TypeScript file of src. */
export function readSources(): readonly SourceFile[] {
  const top = fileURLToPath(new URL("../..", import.meta.url));
  return readdirSync(join(top, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(top, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("src/config/generated/"))
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(top, path), "utf8")));
}

export function sourceFile(path: string, text: string): SourceFile {
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, text, imports: importsOf(syntax, path), syntax };
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

/** Static, type-only and dynamic imports, `export … from`, `import("…")` types and `require`. */
function importsOf(syntax: ts.SourceFile, path: string): readonly Import[] {
  const imports: Import[] = [];
  walk(syntax, (node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return;
    const file = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
    const lazy = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const onlyTypes = ts.isImportTypeNode(node) || (ts.isImportDeclaration(node) && isOfTypes(node));
    imports.push({ specifier, line: lineOf(node), lazy, onlyTypes, ...(file === undefined ? {} : { file }) });
  });
  return imports;
}

function isOfTypes({ importClause }: ts.ImportDeclaration): boolean {
  return importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const loads =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === "require");
  return loads ? textOf(node.arguments[0]) : undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}
