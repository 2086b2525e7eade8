// What the file says of a container. Plain data.

/** What a container is made of besides crew's own hardening. */
export interface ContainerSpec {
  readonly image: string;
  /** The engine's id of it when the container was, or would be, made. */
  readonly imageId?: string;
  /** `uid[:gid]` or a name that the image knows; absent: the image's own, or 1000:1000 where that is root. */
  readonly user?: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly pids: number;
  readonly readOnly: boolean;
}
