// Globs of paths as the crew file has them, in the language of .gitignore: a name without a slash is that name anywhere,
// `/x` is at the top, a folder stands for all that is in it. Pure: matches names, reads nothing.
import picomatch from "picomatch";

export type PathTest = (path: string) => boolean;

/** Matches names exactly. Lists never change, so what is made of one is kept. */
export function matcherOf(globs: readonly string[]): PathTest {
  const known = matchers.get(globs);
  if (known) return known;
  const made = matcher(globs.map(anchored));
  matchers.set(globs, made);
  return made;
}

const matchers = new WeakMap<readonly string[], PathTest>();

/** Matches names as the most lenient file system takes them. */
export function lenientMatcherOf(globs: readonly string[]): PathTest {
  const matches = matcher(globs.map((glob) => folded(anchored(glob))));
  return (path) => matches(folded(path));
}

function matcher(globs: readonly string[]): PathTest {
  // A `!` would match all but the path; without the `s`, a line break in a name ends what `**` matches.
  const options = { dot: true, nonegate: true, flags: "s" };
  const matches = picomatch(
    globs.flatMap((glob) => [glob, `${glob}/**`]),
    options,
  );
  return (path) => matches(path);
}

function anchored(glob: string): string {
  if (!glob.slice(0, -1).includes("/")) return `**/${glob}${glob.endsWith("/") ? "**" : ""}`;
  return `${glob.replace(/^\//, "")}${glob.endsWith("/") ? "**" : ""}`;
}

/**
 * Without regard to case and Unicode form, and without the characters that HFS+ ignores, or the dots and spaces that
 * Windows drops from an end.
 */
function folded(path: string): string {
  return path
    .normalize("NFC")
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .toUpperCase()
    .toLowerCase()
    .replace(/[. ]+(?=\/|$)/g, "");
}
