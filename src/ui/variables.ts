// Variables of a crew file as a table, with the heads that Compose gives them. Pure.
import { renderLines, span, type TextFormat } from "./lines.ts";
import { tableLines } from "./table.ts";

export interface VariableRow {
  readonly name: string;
  readonly required: boolean;
  readonly default: string;
  readonly alternate: string;
}

export function variablesText(variables: readonly VariableRow[], format: TextFormat): string {
  const head = ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"].map((text) => span(text, "dim"));
  const rows = variables.map((each) => [
    span(each.name),
    span(String(each.required)),
    span(each.default),
    span(each.alternate),
  ]);
  return renderLines(
    tableLines([head, ...rows], { columns: [{}, {}, { min: 13 }, { min: 15 }], width: format.width }),
    format,
  );
}
