// A secret as the desired state holds it: told apart by a digest, its value handed out only to whoever puts it into an instance.
// No text that crew writes — label, plan, event, record — can hold the value: functions are in no JSON.

export interface Secret {
  readonly name: string;
  /** Under the clone's key. Absent where the source is (whoever only looks does not need it), and until the crew is sealed. */
  readonly digest?: string;
  /** Absent where the source is, and of one that an instance was found with. */
  readonly value?: () => string;
}

/** What of an instance gets a secret as a variable of that name; the file is there for all of it. */
export type SecretReader = "agent" | "setup";

export interface SecretGrant extends Secret {
  /** Absolute path in the instance. */
  readonly file: string;
  readonly readers: readonly SecretReader[];
  /** The file's owner and group; absent: root. */
  readonly uid?: number;
  readonly gid?: number;
  /** Absent: everybody reads it, and nobody writes it. */
  readonly mode?: number;
}

export function secretOf(name: string, value: string): Secret {
  return { name, value: () => value };
}

export interface SecretChange {
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
}

/** By name. One whose value is not known is as it was. */
export function changedSecrets(from: readonly SecretGrant[], to: readonly SecretGrant[]): readonly SecretChange[] {
  const names = [...new Set([...from, ...to].map(({ name }) => name))].sort();
  return names.flatMap((name): readonly SecretChange[] => {
    const [before, after] = [from, to].map((grants) => grants.filter((grant) => grant.name === name));
    if (!before || before.length === 0) return [{ name, change: "added" }];
    if (!after || after.length === 0) return [{ name, change: "removed" }];
    return isSame(before, after) ? [] : [{ name, change: "changed" }];
  });
}

function isSame(before: readonly SecretGrant[], after: readonly SecretGrant[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((one, index) => {
    const other = after[index];
    const isUnknown = one.digest === undefined || other?.digest === undefined;
    if (!other || place(one) !== place(other)) return false;
    return isUnknown || one.digest === other.digest;
  });
}

function place({ file, readers, uid, gid, mode }: SecretGrant): string {
  return JSON.stringify([file, readers, uid, gid, mode]);
}
