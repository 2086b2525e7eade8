// A bd between crew and the real one that does what it is told: counts, hangs, dies, lies. A shell script, so that it is a
// program like any other.
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface WrappedBd {
  readonly path: string;
  /**
   * From now on, for calls whose first word matches (`*`: every call). `$REAL "$@"` in the script is the real bd. `times`:
   * only the next so many.
   */
  behave(on: string, script: string, times?: number): void;
  /** First two words of each call so far. */
  calls(): readonly string[];
  remove(): void;
}

export function wrappedBd(real: string): WrappedBd {
  const folder = mkdtempSync(join(tmpdir(), "crew-bd-wrapped-"));
  const path = join(folder, "bd");
  const log = join(folder, "calls");
  const write = (body: string): void => {
    // Put in place whole: a call may begin at any moment.
    writeFileSync(join(folder, "next"), `#!/bin/sh\nREAL='${real}'\nFOLDER='${folder}'\n${body}`);
    chmodSync(join(folder, "next"), 0o755);
    renameSync(join(folder, "next"), path);
  };
  const logged = 'echo "$1 $2" >> "$FOLDER/calls"\n';
  write(`${logged}exec "$REAL" "$@"\n`);
  return {
    path,
    behave: (on, script, times) => {
      const left = join(folder, "left");
      writeFileSync(left, `${times ?? 1_000_000}`);
      const counted = 'left=$(cat "$FOLDER/left"); if [ "$left" -gt 0 ]; then echo $((left - 1)) > "$FOLDER/left"';
      write(
        `${logged}case "$1 " in\n  ${on === "*" ? "*" : `"${on} "`}) ${counted}\n${script}\nexit; fi ;;\nesac\nexec "$REAL" "$@"\n`,
      );
    },
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1) : []),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
