// Files to which everybody adds lines at the same place: git's built-in `union` driver keeps those of both sides. Names only.

/** Of a whole file name: in any case with an extension, in capitals without, since `bin/history` is a program. */
const names = ["CHANGELOG", "CHANGES", "HISTORY", "NEWS"];
const extensions = [".md", ".rst", ".txt"];

/** As gitattributes(5) has them: in any folder. */
export function changelogPatterns(): readonly string[] {
  return [...names, "ChangeLog", ...names.flatMap((name) => extensions.map((extension) => anyCase(name + extension)))];
}

/** What the patterns match. */
export function isChangelog(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  if (dot < 0) return name === "ChangeLog" || names.includes(name);
  return extensions.includes(name.slice(dot).toLowerCase()) && names.includes(name.slice(0, dot).toUpperCase());
}

/** `[Nn][Ee][Ww][Ss]`: what git matches depends on case wherever the file system does. */
function anyCase(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
}
