// A registry of one image on 127.0.0.1, as the engine asks one (distribution.github.io, "HTTP API V2"): a single small layer.
import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

export interface Registry {
  /** What the engine pulls: `127.0.0.1:port/name:tag`. */
  readonly image: string;
  /** From now on another image has the name. */
  publish(file: string): Promise<void>;
  close(): Promise<void>;
}

export async function aRegistry(name: string): Promise<Registry> {
  const blobs = new Map<string, Buffer>();
  let manifest = Buffer.alloc(0);
  const server = createServer(({ url = "", method }, response) => {
    const [, kind, reference = ""] = /^\/v2\/.+\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const body = kind === "manifests" ? manifest : blobs.get(reference);
    if (url === "/v2/") response.end();
    else if (body) answer(response, { body, isManifest: kind === "manifests", isHead: method === "HEAD" });
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const image = `127.0.0.1:${(server.address() as AddressInfo).port}/${name}:1`;
  const publish = async (file: string) => {
    const layer = await layerWith(file);
    const zipped = gzipSync(layer);
    const config = Buffer.from(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        config: { Cmd: ["/nothing"] },
        rootfs: { type: "layers", diff_ids: [digest(layer)] },
        history: [{ created_by: "a test" }],
      }),
    );
    for (const blob of [zipped, config]) blobs.set(digest(blob), blob);
    const part = (type: string, blob: Buffer) => ({
      mediaType: `application/vnd.docker.${type}`,
      size: blob.length,
      digest: digest(blob),
    });
    manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: part("container.image.v1+json", config),
        layers: [part("image.rootfs.diff.tar.gzip", zipped)],
      }),
    );
  };
  await publish("first");
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections());
  return { image, publish, close };
}

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

interface Answer {
  readonly body: Buffer;
  readonly isManifest: boolean;
  readonly isHead: boolean;
}

function answer(response: ServerResponse, { body, isManifest, isHead }: Answer): void {
  response.setHeader("Content-Type", isManifest ? manifestType : "application/octet-stream");
  response.setHeader("Docker-Content-Digest", digest(body));
  response.setHeader("Content-Length", body.length);
  response.end(isHead ? undefined : body);
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function layerWith(file: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: file, mtime: new Date(0) }, `${file}\n`);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
