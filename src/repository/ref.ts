// One ref as it was listed, and refs that are kept for the look that follows. Asks no git.
import type { Oid } from "../model/names.ts";

export interface Ref {
  readonly name: string;
  readonly oid: Oid;
  /** Path of a work tree whose HEAD it is. */
  readonly checkedOutAt?: string;
}

/** Refs that were listed when the repository was opened, for the one look that follows at once; none once any was moved. */
export interface EarlyRefs {
  keep(refs: ReadonlyMap<string, Ref>): void;
  /** Without this they serve nobody, and nobody once it is no longer soon. */
  expectLook(isSoon: () => boolean): void;
  take(): ReadonlyMap<string, Ref> | undefined;
  drop(): void;
}

export function earlyRefs(): EarlyRefs {
  let kept: ReadonlyMap<string, Ref> | undefined;
  let isStillGood = () => false;
  const drop = () => {
    kept = undefined;
  };
  return {
    keep: (refs) => {
      kept = refs;
    },
    expectLook: (isSoon) => {
      isStillGood = isSoon;
    },
    take: () => {
      const taken = isStillGood() ? kept : undefined;
      drop();
      return taken;
    },
    drop,
  };
}
