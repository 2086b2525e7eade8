// Which branch names git takes, after git-check-ref-format(1) with --branch. Pure.

/** Why git refuses the name; undefined where it takes it. */
export function refusedBranchName(name: string): string | undefined {
  if (name === "") return "it is empty";
  const control = [...name].find((one) => one < " " || one === "\x7f");
  if (control !== undefined) return "it holds a control character";
  const bad = /[ ~^:?*[\\]/.exec(name);
  if (bad) return bad[0] === " " ? "it holds a space" : `it holds "${bad[0]}"`;
  if (name.includes("..")) return 'it holds ".."';
  if (name.includes("@{")) return 'it holds "@{"';
  if (name === "@" || name === "HEAD") return `"${name}" means something else to git`;
  if (name.startsWith("-")) return 'it begins with "-"';
  if (name.startsWith("refs/")) return 'it begins with "refs/": give the short name';
  if (name.startsWith("/") || name.endsWith("/") || name.includes("//")) return "a part between slashes is empty";
  if (name.endsWith(".")) return 'it ends with "."';
  for (const part of name.split("/")) {
    if (part.startsWith(".")) return `"${part}" begins with a dot`;
    if (part.endsWith(".lock")) return `"${part}" ends with ".lock"`;
    // A loose ref is a file, and git writes `<name>.lock` beside it; file systems take 255 bytes.
    if (Buffer.byteLength(part) > 250) return "a part is longer than 250 bytes";
  }
  return undefined;
}
