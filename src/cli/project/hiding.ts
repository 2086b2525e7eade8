// Values of secrets, left out of a line that an agent's program said: as they are, and as JSON has them. Pure.
import { createHash } from "node:crypto";
import type { Seal } from "../../model/seal.ts";
import type { InstanceSpec } from "../../model/spec.ts";

/** Shorter ones are words. */
const shortest = 8;
const longest = 512;

export interface Known {
  /** Of an instance that another crew made, only the digests of its secrets are known: every word is held against them. */
  readonly spec: InstanceSpec | undefined;
  readonly values: Iterable<string>;
  readonly seal: Seal;
}

/** Puts `[secret]` in the place of each. */
export function hiding({ spec, values, seal }: Known): (line: string) => string {
  const known = [...new Set([...values, ...secretsIn(spec?.environment ?? {})].flatMap(forms))].sort(
    (one, other) => other.length - one.length,
  );
  const hideWords = hidingWords(spec, seal);
  return (line) => {
    const rest = known.reduce((text, value) => text.replaceAll(value, hidden), line);
    return hideWords(rest.replace(keyShapes, hidden));
  };
}

/** Values of variables whose names say that they are secret. */
export function secretsIn(environment: Readonly<Record<string, string>>): readonly string[] {
  const named = Object.entries(environment).filter(([name]) => /KEY|TOKEN|SECRET|PASSWORD|AUTH/.test(name));
  return named.map(([, value]) => value).filter((value) => value.length >= shortest);
}

export function secretsOf({ secrets = [] }: InstanceSpec): readonly string[] {
  return secrets.flatMap(({ value }) => (value && value().length >= shortest ? [value()] : []));
}

const hidden = "[secret]";

/** Also within JSON, and within JSON that is a string of JSON. */
function forms(value: string): readonly string[] {
  const once = JSON.stringify(value).slice(1, -1);
  return [value, once, JSON.stringify(once).slice(1, -1)];
}

/** As keys of the services are written that agent programs ask; the letter of a `\n` before one is none of a word. */
const keyShapes =
  /(?<=^|\W|\\(?:[bfnrt]|u[0-9A-Fa-f]{4}))(?:sk|ghp|gho|github_pat|npm|xox[abp]|AIza)[-_]?[A-Za-z0-9_-]{16,}/g;

/**
 * Whatever may be a value: what stands between blanks, quotes and JSON's escapes, and what is left of that where it is broken
 * at these, too. The most comes first.
 */
const breaks = ["", ",;()<>[]{}|", ",;()<>[]{}|:@", ",;()<>[]{}|=:", ",;()<>[]{}|=:@/?&#"].map((signs) => {
  const sign = signs.replace(/[\]\\^-]/g, "\\$&");
  return new RegExp(`\\\\+(?:u[0-9A-Fa-f]{4}|[bfnrt"'/])?|([^\\s"'\`\\\\${sign}]{${shortest},${longest}})`, "g");
});
/** A value that has a backslash or a quote itself. */
const escaped = new RegExp(`(?:[^\\s"'\`\\\\]|\\\\.){${shortest},${longest}}`, "g");
const nameBefore = /^[\w.-]+[=:]/;
/** Words that are no secrets: what an agent says, it says again. */
const remembered = 100_000;

function hidingWords(spec: InstanceSpec | undefined, seal: Seal): (line: string) => string {
  const grants = (spec?.secrets ?? []).filter(({ digest }) => digest !== undefined);
  if (grants.length === 0) return (line) => line;
  const others = new Set<string>();
  const isSecret = (word: string) => {
    if (word.length < shortest || others.has(word)) return false;
    if (grants.some(({ name, digest }) => [seal.ofSecret(name, word), unsealed(name, word)].includes(digest ?? "")))
      return true;
    if (others.size >= remembered) others.clear();
    others.add(word);
    return false;
  };
  const hide = (word: string) => {
    if (isSecret(word)) return hidden;
    const name = nameBefore.exec(word)?.[0] ?? "";
    return name !== "" && isSecret(word.slice(name.length)) ? `${name}${hidden}` : word;
  };
  return (line) => {
    const whole = line.replace(escaped, (word) => {
      if (!word.includes("\\")) return word;
      return hide(word) !== word || isSecret(unescaped(word)) ? hidden : word;
    });
    return breaks.reduce(
      (text, word) => text.replace(word, (all: string, found?: string) => (found === undefined ? all : hide(found))),
      whole,
    );
  };
}

/** As it was before digests had a key: of an instance that was made then a transcript may still be kept. */
function unsealed(name: string, value: string): string {
  return createHash("sha256")
    .update(JSON.stringify(["crew secret", name, value]))
    .digest("hex")
    .slice(0, 16);
}

function unescaped(word: string): string {
  try {
    return JSON.parse(`"${word}"`);
  } catch {
    return word;
  }
}
