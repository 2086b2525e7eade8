// What every part of the docker runtime is given. Plain data.
import type Dockerode from "dockerode";
import type { ContainerInfo } from "dockerode";
import type { Clock } from "../../ports/clock.ts";
import type { ObjectSource } from "../../ports/runtime.ts";
import type { Assets } from "../assets.ts";
import type { SeenContents } from "./build/seen-content.ts";
import type { Image } from "./images/image.ts";
import type { SeenLooks } from "./images/seen-looks.ts";
import type { Turns } from "./mail/turns.ts";
import type { DockerNames } from "./names.ts";
import type { Ground } from "./volumes/ground-data.ts";

export interface DockerContext {
  readonly names: DockerNames;
  /** Connects at the first call. */
  readonly engine: () => Promise<Dockerode>;
  readonly source: ObjectSource;
  readonly clock: Clock;
  readonly assets: Assets;
  readonly turns: Turns;
  /** Roles whose supervisor was last seen to answer to signals. */
  readonly awake: Set<string>;
  /** By slot, what was last seen to be kept of the work in it; only of instances that did not run. */
  readonly kept: Map<string, Kept>;
  /** By role, what was made, or was in use, since the last look: nothing of it is asked for again. */
  readonly fresh: Map<string, FreshGround>;
  /** What the last look listed, without what was removed since; absent before the first one, and once anything is made. */
  readonly listed: { last?: Listed };
  /** Ids of images that are known to hold what crew needs in them. */
  readonly proven: Set<string>;
  readonly contents: SeenContents;
  readonly looks: SeenLooks;
  /** For what crew builds of its own: where Node and packages come from. */
  readonly buildArguments: Readonly<Record<string, string>>;
}

/** By name. */
export interface Listed {
  readonly containers: Map<string, ContainerInfo>;
  readonly volumes: Map<string, ListedVolume>;
}

export interface ListedVolume {
  readonly name: string;
  readonly kind: string | undefined;
  readonly role: string | undefined;
  readonly slot: string | undefined;
}

export interface FreshGround {
  readonly ground: Ground;
  /** Nothing has run on it yet. */
  readonly isNew: boolean;
  /** By the hash of a spec: whose instance finds all that it needs in its slot. */
  readonly furnished?: { readonly specHash: string; readonly image: Image };
}

/**
 * What the supervisor left when it was stopped in peace: all work is under its rescue ref, or there is none beside what the
 * clone was made with. Whoever starts it or writes there ends that.
 */
export type Kept = "all" | "nothing";

/** Paths in every instance. The work tree's is constant: agents' sessions are bound to it. */
export const inside = {
  home: "/crew",
  mail: "/crew/mail",
  shared: "/opt/crew",
  objects: "/opt/crew/objects",
  /** What an image keeps of a setup; mounted nowhere. */
  kept: "/crew-setup",
} as const;
