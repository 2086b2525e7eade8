// `${VAR:-default}` and its kin in one text, as Compose reads them. Pure; where the text stands is of no interest.

export type Lookup = (name: string) => string | undefined;

export interface Fault {
  readonly kind: "unset" | "required" | "invalid";
  /** The piece of text that is at fault. */
  readonly expression: string;
  /** The variable's name; empty for `invalid`. */
  readonly name: string;
  /** The words of `${VAR:?words}`; else empty. */
  readonly words: string;
}

export interface Expansion {
  readonly text: string;
  readonly faults: readonly Fault[];
}

/** Defaults in defaults: more than anyone writes, less than the stack. */
const maxDepth = 20;

/** Replaces every variable. `$$` is a dollar sign. A default may hold variables, and is looked at only if it is used. */
export function expand(template: string, lookup: Lookup, depth = 0): Expansion {
  if (depth > maxDepth) return fault({ kind: "invalid", expression: template, name: "", words: "" });
  const faults: Fault[] = [];
  let text = "";
  let rest = template;
  for (;;) {
    const dollar = rest.indexOf("$");
    if (dollar < 0) return { text: text + rest, faults };
    text += rest.slice(0, dollar);
    const piece = pieceAt(rest.slice(dollar));
    const expansion = expandPiece(piece, lookup, depth);
    text += expansion.text;
    faults.push(...expansion.faults);
    rest = rest.slice(dollar + piece.length);
  }
}

/** A variable as it is written: `${name operator operand}`, the last two empty for `$name`. */
export interface Variable {
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
}

/** The template with each of its variables written anew; `$$` and what is no variable stay as they are. */
export function mapVariables(template: string, write: (variable: Variable) => string): string {
  let text = "";
  let rest = template;
  for (;;) {
    const dollar = rest.indexOf("$");
    if (dollar < 0) return text + rest;
    const piece = pieceAt(rest.slice(dollar));
    const variable = variableIn(piece);
    text += rest.slice(0, dollar) + (variable ? write(variable) : piece);
    rest = rest.slice(dollar + piece.length);
  }
}

/** The `$…` that the text begins with. */
function pieceAt(text: string): string {
  if (text[1] === "{") return text.slice(0, closingBrace(text));
  return /^\$(?:\$|[A-Za-z_][A-Za-z0-9_]*)/.exec(text)?.[0] ?? /^\$.?/su.exec(text)?.[0] ?? "$";
}

/** Offset behind the `}` that closes the `${` at 0; the end of the line where none does. */
function closingBrace(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text.startsWith("${", index)) depth++;
    if (text[index] === "}" && --depth === 0) return index + 1;
  }
  const line = text.indexOf("\n");
  return line < 0 ? text.length : line;
}

function expandPiece(piece: string, lookup: Lookup, depth: number): Expansion {
  if (piece === "$$") return { text: "$", faults: [] };
  const variable = variableIn(piece);
  if (!variable) return fault({ kind: "invalid", expression: piece, name: "", words: "" });
  const { name, operator, operand } = variable;
  const value = lookup(name);
  const given = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  switch (operator.at(-1)) {
    case "+":
      return given ? expand(operand, lookup, depth + 1) : { text: "", faults: [] };
    case "-":
      return given ? { text: value ?? "", faults: [] } : expand(operand, lookup, depth + 1);
    case "?":
      return given
        ? { text: value ?? "", faults: [] }
        : fault({ kind: "required", expression: piece, name, words: expand(operand, lookup, depth + 1).text });
    default:
      return given ? { text: value ?? "", faults: [] } : fault({ kind: "unset", expression: piece, name, words: "" });
  }
}

function variableIn(piece: string): Variable | undefined {
  const match = /^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])(.*))?\})$/s.exec(piece);
  if (!match) return undefined;
  const [, bare, braced, operator = "", operand = ""] = match;
  return { name: bare ?? braced ?? "", operator, operand };
}

function fault(one: Fault): Expansion {
  return { text: "", faults: [one] };
}
