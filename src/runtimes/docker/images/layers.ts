// Images that are built, as they are listed: only this repository's crew is believed to have made them. Pure.
import type { ImageInfo } from "dockerode";
import { isBuiltName } from "../../../model/build.ts";
import { type DockerNames, label } from "../names.ts";
import { familiarName } from "./images.ts";

/** Name → id. */
export function layersIn(
  { repositoryId }: DockerNames,
  all: readonly ImageInfo[],
): readonly (readonly [string, string])[] {
  return all.flatMap(({ Id, RepoTags, Labels }) => {
    const isOurs = Labels?.[label.kind] === "build" && Labels[label.repository] === repositoryId;
    const names = (RepoTags ?? []).map(familiarName).filter(isBuiltName);
    return isOurs ? names.map((name) => [name, Id] as const) : [];
  });
}
