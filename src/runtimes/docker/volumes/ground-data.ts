// What every container of a role stands on, as data.
import type { Labels } from "../names.ts";

export interface VolumeOptions {
  readonly Driver?: string;
  readonly DriverOpts?: { readonly [option: string]: string };
}

export interface Slot {
  readonly role: string;
  /** Its name in the mail volume. */
  readonly slot: string;
}

/** Volumes of a role as they are made, also by the engine itself where somebody removes one while it is asked to mount it. */
export interface Ground extends Slot {
  /** Of the role's volume. */
  readonly labels: Labels;
  readonly slotVolume: { readonly labels: Labels; readonly options: VolumeOptions };
}
