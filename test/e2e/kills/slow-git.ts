// The git that a killed crew finds on its PATH: some of its commands begin late, and one that is asked for holds its locks,
// so that it is at work when crew is killed.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface SlowGit {
  /** What crew runs with. */
  readonly environment: Readonly<Record<string, string>>;
  /** The next of crew's own that moves refs stops where it has locked them all, and goes on a little later. */
  arm(): void;
  isArmed(): boolean;
  /** Pid of the git that holds its locks, once one does. */
  held(): number | undefined;
  disarm(): void;
}

export function slowGitIn(folder: string): SlowGit {
  mkdirSync(join(folder, "hooks"), { recursive: true });
  for (const [path, text] of [
    ["git", slowGit],
    ["hooks/reference-transaction", holdingHook],
  ] as const) {
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), 0o755);
  }
  const [armed = "", held = ""] = ["armed", "held"].map((name) => join(folder, name));
  return {
    environment: { PATH: `${folder}:${process.env.PATH}` },
    arm: () => writeFileSync(armed, ""),
    isArmed: () => existsSync(armed),
    held: () => (existsSync(held) ? Number(readFileSync(held, "utf8")) : undefined),
    disarm: () => {
      for (const path of [armed, held]) rmSync(path, { force: true });
    },
  };
}

/** One of eight commands that write waits before it begins. crew's own have no home, those in instances have one. */
const slowGit = `#!/bin/sh
PATH=\${PATH#*:}
here=\${0%/*}
case " $* " in
  *" update-ref "*)
    if [ "\${HOME-}" = /nonexistent ] && [ -e "$here/armed" ] && mv "$here/armed" "$here/taken" 2>/dev/null; then
      exec git -c core.hooksPath="$here/hooks" "$@"
    fi ;;
esac
case " $* " in
  *" update-ref "* | *" push "* | *" fetch "* | *" unpack-objects "* | *" merge "* | *" hash-object "*)
    [ $(($$ % 8)) -ne 0 ] || sleep 0.25 ;;
esac
exec git "$@"
`;

/** githooks(5): called once all refs of the transaction are locked. */
const holdingHook = `#!/bin/sh
[ "$1" = prepared ] || exit 0
here=\${0%/hooks/*}
echo "$PPID" > "$here/held.new"
mv "$here/held.new" "$here/held"
sleep 0.4
`;
