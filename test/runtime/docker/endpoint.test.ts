// Where crew finds the engine: as the docker client does, from real files in a folder of the test's own.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CrewError } from "../../../src/errors.ts";
import { type Endpoint, endpointName } from "../../../src/runtimes/docker/engine/address.ts";
import { findEndpoint } from "../../../src/runtimes/docker/engine/endpoint.ts";
import { surroundings } from "../../../src/runtimes/docker/engine/surroundings.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "crew-home-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What is below the home is really there; of the rest of the machine only what is named. */
function found(environment: Readonly<Record<string, string>>, sockets: readonly string[] = []): Endpoint {
  const here = surroundings(environment, home);
  const exists = (path: string) => sockets.includes(path) || (path.startsWith(home) && here.exists(path));
  return findEndpoint({ ...here, uid: 1000, exists });
}

function refusal(environment: Readonly<Record<string, string>>): readonly (string | undefined)[] {
  try {
    return ["found", endpointName(found(environment))];
  } catch (error) {
    if (!(error instanceof CrewError)) throw error;
    return [error.code, ...[error.message, error.hint].map((words) => words?.replaceAll(home, "~"))];
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

const idOf = (name: string) => createHash("sha256").update(name).digest("hex");
function aContext(name: string, docker: unknown, directory = ".docker"): void {
  const meta = { Name: name, Metadata: {}, Endpoints: docker === undefined ? {} : { docker } };
  write(`${directory}/contexts/meta/${idOf(name)}/meta.json`, JSON.stringify(meta));
}

const docker = "/var/run/docker.sock";

describe("the order", () => {
  const everything = () => {
    aContext("one", { Host: "tcp://one:1" });
    aContext("two", { Host: "tcp://two:2" });
    write(".docker/config.json", JSON.stringify({ currentContext: "two" }));
  };
  const names = (environment: Readonly<Record<string, string>>) => {
    const endpoint = found(environment, [docker]);
    return [endpointName(endpoint), endpoint.from.replace(home, "~")];
  };

  test("DOCKER_HOST, DOCKER_CONTEXT, the settings' context, the default", () => {
    everything();
    expect(names({ DOCKER_HOST: "tcp://host:3", DOCKER_CONTEXT: "one" })).toEqual(["tcp://host:3", "DOCKER_HOST"]);
    expect(names({ DOCKER_CONTEXT: "one" })).toEqual(["tcp://one:1", "context one"]);
    expect(names({ DOCKER_HOST: "", DOCKER_CONTEXT: "" })).toEqual(["tcp://two:2", "context two"]);
    expect(names({ DOCKER_CONTEXT: "default" })).toEqual([`unix://${docker}`, "default"]);
    rmSync(join(home, ".docker"), { recursive: true });
    expect(names({})).toEqual([`unix://${docker}`, "default"]);
  });

  test("DOCKER_CONFIG is another folder of settings", () => {
    aContext("three", { Host: "ssh://three" }, "else");
    write("else/config.json", JSON.stringify({ currentContext: "three" }));
    expect(names({ DOCKER_CONFIG: join(home, "else") })).toEqual(["ssh://three", "context three"]);
  });

  test("the settings may name no context, or default", () => {
    for (const settings of ["{}", '{"currentContext":""}', '{"currentContext":"default"}', "[]"]) {
      write(".docker/config.json", settings);
      expect(names({})).toEqual([`unix://${docker}`, "default"]);
    }
  });

  test("a context that names no host means the default", () => {
    aContext("bare", { SkipTLSVerify: false });
    expect(names({ DOCKER_CONTEXT: "bare" })).toEqual([`unix://${docker}`, "default"]);
  });

  test("then the sockets of rootless Docker, Desktop and Podman", () => {
    const sockets = [
      docker,
      "/run/user/1000/docker.sock",
      `${home}/.docker/run/docker.sock`,
      `${home}/.docker/desktop/docker.sock`,
      "/run/user/1000/podman/podman.sock",
      "/run/podman/podman.sock",
    ];
    for (const [index, socket] of sockets.entries()) {
      expect(found({}, sockets.slice(index))).toEqual({ kind: "unix", socket, from: "default" });
    }
    const own = "/own/docker.sock";
    expect(found({ XDG_RUNTIME_DIR: "/own" }, [own, ...sockets.slice(1)])).toMatchObject({ socket: own });
  });

  test("a link that leads nowhere is no socket", () => {
    mkdirSync(join(home, ".docker/run"), { recursive: true });
    mkdirSync(join(home, ".docker/desktop"), { recursive: true });
    symlinkSync(join(home, "gone.sock"), join(home, ".docker/run/docker.sock"));
    write(".docker/desktop/docker.sock", "");
    expect(found({})).toMatchObject({ socket: join(home, ".docker/desktop/docker.sock") });
  });

  test("nowhere", () => {
    expect(refusal({})).toMatchInlineSnapshot(`
      [
        "needs-you",
        "No Docker engine was found: there is no /var/run/docker.sock, no /run/user/1000/docker.sock, no ~/.docker/run/docker.sock, no ~/.docker/desktop/docker.sock, no /run/user/1000/podman/podman.sock, no /run/podman/podman.sock.",
        "Start Docker, or set DOCKER_HOST, or put \`runtime: process\` into the crew file",
      ]
    `);
  });
});

describe("addresses", () => {
  const address = (host: string) => {
    const { from, ...rest } = found({ DOCKER_HOST: host });
    expect(from).toBe("DOCKER_HOST");
    return rest;
  };

  test.each([
    ["unix:///a b/c.sock", { kind: "unix", socket: "/a b/c.sock" }],
    ["unix://", { kind: "unix", socket: docker }],
    ["unix://c.sock", { kind: "unix", socket: "c.sock" }],
    [" tcp://a.example:80\n", { kind: "tcp", host: "a.example", port: 80, path: "" }],
    ["tcp://", { kind: "tcp", host: "localhost", port: 2375, path: "" }],
    ["tcp://:99", { kind: "tcp", host: "localhost", port: 99, path: "" }],
    ["tcp://a", { kind: "tcp", host: "a", port: 2375, path: "" }],
    ["a:99", { kind: "tcp", host: "a", port: 99, path: "" }],
    ["a", { kind: "tcp", host: "a", port: 2375, path: "" }],
    ["tcp://[::1]:99/pre/fix/", { kind: "tcp", host: "::1", port: 99, path: "/pre/fix" }],
    ["ssh://a", { kind: "ssh", host: "a" }],
    ["ssh://me@a_b:22/", { kind: "ssh", host: "a_b", user: "me", port: 22 }],
    ["ssh://m%65@[::1]/run/d%20.sock", { kind: "ssh", host: "::1", user: "me", socket: "/run/d .sock" }],
  ])("%s", (text, expected) => {
    expect(address(text)).toEqual(expected);
  });

  test("what is none is refused, without a password in the words", () => {
    const texts = [
      "npipe:////./pipe/docker_engine",
      "fd://3",
      "https://a:2376",
      "tcp://a b:1",
      "tcp://a:99999",
      "tcp://a:0",
      "tcp://me@a:1",
      "tcp://a:1?b",
      "ssh://",
      "ssh://me@",
      "ssh://me:secret@a",
      "ssh://me:secret@a b",
      "ssh://a#b",
      "ssh://-oProxyCommand=x",
      "ssh://-a@b",
      "ssh://%zz@b",
    ];
    expect(texts.map((text) => refusal({ DOCKER_HOST: text }).slice(0, 2).join(" "))).toMatchInlineSnapshot(`
      [
        "invalid DOCKER_HOST: crew reaches no engine through a named pipe.",
        "invalid DOCKER_HOST: fd:// is no address of an engine.",
        "invalid DOCKER_HOST: https:// is no address of an engine.",
        "invalid DOCKER_HOST: tcp://a b:1 is no address.",
        "invalid DOCKER_HOST: tcp://a:99999 is no address.",
        "invalid DOCKER_HOST: 0 is no port.",
        "invalid DOCKER_HOST: tcp:// takes no user.",
        "invalid DOCKER_HOST: tcp:// takes neither ? nor #.",
        "invalid DOCKER_HOST: ssh:// names no host.",
        "invalid DOCKER_HOST: ssh:// is no address.",
        "invalid DOCKER_HOST: ssh:// takes no password: use a key.",
        "invalid DOCKER_HOST: ssh://a b is no address.",
        "invalid DOCKER_HOST: ssh:// takes neither ? nor #.",
        "invalid DOCKER_HOST: neither host nor user begins with a dash.",
        "invalid DOCKER_HOST: neither host nor user begins with a dash.",
        "invalid DOCKER_HOST: ssh://b is no address.",
      ]
    `);
    expect(refusal({ DOCKER_HOST: "fd://3" })[2]).toMatchInlineSnapshot(
      `"An engine is named by unix:///path, tcp://host:port or ssh://user@host"`,
    );
  });

  test("a name says the address again", () => {
    const texts = ["unix:///a.sock", "tcp://a:1", "tcp://[::1]:1/b", "ssh://a", "ssh://me@[::1]:2/c.sock"];
    expect(texts.map((text) => endpointName(found({ DOCKER_HOST: text })))).toEqual(texts);
  });
});

describe("certificates", () => {
  const pem = (folder: string, ...names: readonly string[]) => {
    for (const name of names) write(`${folder}/${name}.pem`, `${folder} ${name}`);
  };

  test("DOCKER_TLS_VERIFY takes them from DOCKER_CERT_PATH, else from the settings", () => {
    pem(".docker", "ca", "cert", "key");
    pem("certs", "ca");
    const all = { DOCKER_HOST: "tcp://a:1", DOCKER_TLS_VERIFY: "0" };
    expect(found(all)).toEqual({
      ...{ kind: "tcp", host: "a", port: 1, path: "", from: "DOCKER_HOST" },
      tls: { ca: ".docker ca", cert: ".docker cert", key: ".docker key", verify: true },
    });
    expect(found({ ...all, DOCKER_CERT_PATH: join(home, "certs") })).toMatchObject({
      tls: { ca: "certs ca", verify: true },
    });
  });

  test("DOCKER_TLS alone believes whoever answers", () => {
    pem(".docker", "cert", "key");
    expect(found({ DOCKER_HOST: "tcp://a:1", DOCKER_TLS: "1" })).toMatchObject({
      tls: { cert: ".docker cert", key: ".docker key", verify: false },
    });
  });

  test("without DOCKER_HOST, TLS means this machine's port for it", () => {
    pem(".docker", "ca");
    expect(found({ DOCKER_TLS_VERIFY: "1" }, [docker])).toMatchObject({ host: "localhost", port: 2376 });
  });

  test("only TCP has them", () => {
    expect(found({ DOCKER_HOST: "unix:///a", DOCKER_TLS_VERIFY: "1" })).toEqual({
      ...{ kind: "unix", socket: "/a", from: "DOCKER_HOST" },
    });
    expect(found({ DOCKER_HOST: "tcp://a:1", DOCKER_CERT_PATH: "/nowhere" })).not.toHaveProperty("tls");
  });

  test("a context has its own", () => {
    const tls = (name: string) => `.docker/contexts/tls/${idOf(name)}/docker`;
    aContext("full", { Host: "tcp://a:1" });
    pem(tls("full"), "ca", "cert", "key");
    aContext("skip", { Host: "tcp://a:1", SkipTLSVerify: true });
    aContext("plain", { Host: "tcp://a:1", SkipTLSVerify: false });
    const of = (name: string) => {
      const endpoint = found({ DOCKER_CONTEXT: name });
      return endpoint.kind === "tcp" ? endpoint.tls : undefined;
    };
    const folder = tls("full");
    expect(of("full")).toEqual({ ca: `${folder} ca`, cert: `${folder} cert`, key: `${folder} key`, verify: true });
    expect(of("skip")).toEqual({ verify: false });
    expect(of("plain")).toBeUndefined();
  });

  test("what is lacking is named", () => {
    pem("no-ca", "cert", "key");
    pem("no-key", "ca", "cert");
    pem("no-cert", "ca", "key");
    const lacking = (folder: string) =>
      refusal({ DOCKER_HOST: "tcp://a:1", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: join(home, folder) });
    expect([lacking("no-ca"), lacking("no-key"), lacking("no-cert")]).toMatchInlineSnapshot(`
      [
        [
          "invalid",
          "There is no ~/no-ca/ca.pem.",
          "Put it there, or let DOCKER_CERT_PATH name another folder",
        ],
        [
          "invalid",
          "There is no ~/no-key/key.pem.",
          "Put it there, or let DOCKER_CERT_PATH name another folder",
        ],
        [
          "invalid",
          "There is no ~/no-cert/cert.pem.",
          "Put it there, or let DOCKER_CERT_PATH name another folder",
        ],
      ]
    `);
  });
});

describe("settings that are wrong", () => {
  test("config.json", () => {
    const of = (text: string) => {
      write(".docker/config.json", text);
      return refusal({});
    };
    expect([of("{"), of('{"currentContext":1}'), of('{"currentContext":"gone"}')]).toMatchInlineSnapshot(`
      [
        [
          "invalid",
          "~/.docker/config.json: this is no JSON.",
          "Mend it, or set DOCKER_HOST",
        ],
        [
          "invalid",
          "~/.docker/config.json: currentContext is no text.",
          "Mend it, or set DOCKER_HOST",
        ],
        [
          "invalid",
          "There is no docker context gone, which ~/.docker/config.json names.",
          "docker context ls shows which there are; docker context use default takes none",
        ],
      ]
    `);
    expect(refusal({ DOCKER_HOST: "unix:///a" })).toEqual(["found", "unix:///a"]);
  });

  test("contexts", () => {
    aContext("none", undefined);
    aContext("odd", { Host: 1 });
    aContext("pipe", { Host: "npipe:////./pipe/docker_engine" });
    write(`.docker/contexts/meta/${idOf("torn")}/meta.json`, '{"Name":');
    write(`.docker/contexts/meta/${idOf("null")}/meta.json`, "null");
    const of = (name: string) => refusal({ DOCKER_CONTEXT: name });
    expect(["none", "odd", "pipe", "torn", "null", "gone"].map((name) => of(name).slice(0, 2))).toMatchInlineSnapshot(`
      [
        [
          "invalid",
          "~/.docker/contexts/meta/140bedbf9c3f6d56a9846d2ba7088798683f4da0c248231336e6a05679e4fdfe/meta.json: the context none has no engine.",
        ],
        [
          "invalid",
          "~/.docker/contexts/meta/990cb8ebd0afb7150da453a213036a92f2c05e091df0d803e62d257ea7796c27/meta.json: Endpoints.docker.Host is no text.",
        ],
        [
          "invalid",
          "context pipe: crew reaches no engine through a named pipe.",
        ],
        [
          "invalid",
          "~/.docker/contexts/meta/00cc10cc5ab0a89fbf4d84a229bf234e739ba6294a832d2c042ce8d9a1949cf7/meta.json: this is no JSON.",
        ],
        [
          "invalid",
          "~/.docker/contexts/meta/74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b/meta.json: the context null has no engine.",
        ],
        [
          "invalid",
          "There is no docker context gone, which DOCKER_CONTEXT names.",
        ],
      ]
    `);
    expect(of("gone")[2]).toMatchInlineSnapshot(
      `"docker context ls shows which there are; docker context use default takes none"`,
    );
  });

  test("a folder in the place of a file", () => {
    mkdirSync(join(home, ".docker/config.json"), { recursive: true });
    expect(refusal({})).toMatchInlineSnapshot(`
      [
        "needs-you",
        "~/.docker/config.json cannot be read: EISDIR: illegal operation on a directory, read.",
        "Make it readable, or set DOCKER_HOST",
      ]
    `);
  });
});
