// The time that stands before a line of a kept log, as the engine writes it too. Pure.

export interface DatedLine {
  /** As `2026-01-02T03:04:05.678901234Z`. */
  readonly at: string;
  readonly text: string;
}

/** A line without a time, as one that was cut off at its beginning, is from `otherwise`. */
export function datedLine(line: string, otherwise = new Date(0).toISOString()): DatedLine {
  const [, at = otherwise, text = line] = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/s.exec(line) ?? [];
  return { at, text };
}
