// The keys that describe a container: every way to write one comes to the same, and what is wrong is said.
import { expect, test } from "vitest";
import { containerWords } from "../../src/model/container-words.ts";
import { crewOf, problemsIn, unsupportedIn } from "./support.ts";

const fileOf = (keys: string) =>
  `epic: A\ndefaults: {agent: {command: ./agent}, image: "node:24"}\nroles:\n  dev:\n    ${keys.trim().replaceAll("\n", "\n    ")}\n`;

/** The words of a plan, in the file's keys, without what every role has. */
function wordsOf(keys: string): Readonly<Record<string, string>> {
  const [role] = crewOf(fileOf(keys)).roles;
  if (!role?.container) throw new Error("the role has no container");
  const own = ["image", "cpus", "mem_limit", "pids_limit", "read_only"];
  return Object.fromEntries([...containerWords(role.container)].filter(([key]) => !own.includes(key)));
}

const long = `
cap_add: [net_raw, CAP_CHOWN]
security_opt: [seccomp=unconfined]
platform: linux/amd64
labels: {com.example.team: core, com.example.none: }
working_dir: /srv
stop_grace_period: 1m30s
stop_signal: SIGINT
healthcheck: {test: pg_isready, interval: 2s, timeout: 500ms, retries: 3, start_period: 1m}
shm_size: 64m
ulimits: {nproc: 99, nofile: {soft: 20, hard: 40}}
tmpfs: ["/run:size=1m", /cache]
dns: 10.0.0.2
extra_hosts: {b.local: [10.0.0.6, "::1"], a.local: 10.0.0.5}
ports: [{target: 80, published: "8080", host_ip: 127.0.0.1}, {target: 53, protocol: udp}]
`;

test("each key has one form", () => {
  expect(wordsOf(long)).toMatchInlineSnapshot(`
    {
      "cap_add": "CHOWN, NET_RAW",
      "dns": "10.0.0.2",
      "extra_hosts": "a.local:10.0.0.5, b.local:10.0.0.6, b.local:::1",
      "healthcheck": "CMD-SHELL pg_isready, interval 2s, timeout 0.5s, start_period 60s, retries 3",
      "labels": "com.example.team=core, com.example.none",
      "platform": "linux/amd64",
      "ports": "53/udp, 127.0.0.1:8080:80",
      "security_opt": "seccomp=unconfined",
      "shm_size": "67108864",
      "stop_grace_period": "90s",
      "stop_signal": "SIGINT",
      "tmpfs": "/cache, /run:size=1m",
      "ulimits": "nproc=99, nofile=20:40",
      "working_dir": "/srv",
    }
  `);
  expect(unsupportedIn(fileOf(long))).toBe("none");
});

test("the short forms are the same", () => {
  const short = `
cap_add: [CAP_NET_RAW, chown]
security_opt: [seccomp=unconfined]
platform: linux/amd64
labels: [com.example.team=core, com.example.none]
working_dir: /srv
stop_grace_period: 90s
stop_signal: SIGINT
healthcheck: {test: [CMD-SHELL, pg_isready], interval: 2000ms, timeout: 0.5s, retries: 3, start_period: 60s}
shm_size: 65536kb
ulimits: {nproc: {soft: 99, hard: 99}, nofile: {soft: 20, hard: 40}}
tmpfs: [/cache, "/run:size=1m"]
dns: [10.0.0.2]
extra_hosts: ["b.local:::1", a.local=10.0.0.5, "b.local=10.0.0.6"]
ports: [53/udp, "127.0.0.1:8080:80"]
`;
  expect(crewOf(fileOf(short)).roles).toEqual(crewOf(fileOf(long)).roles);
});

test("ports, with ranges and addresses", () => {
  const ports = (list: string) => wordsOf(`ports: ${list}`).ports;
  expect(ports('["3000-3002:4000-4002", 80, "8000-8005:81", "[::1]:82:82"]')).toBe(
    "3000:4000, 3001:4001, 3002:4002, 80, 8000-8005:81, [::1]:82:82",
  );
  expect(problemsIn(fileOf('ports: ["1-3:1-2", "0:80", web]'))).toMatchInlineSnapshot(`
    "crew.yaml:5:13  1-3:1-2 is no port
      5 |     ports: ["1-3:1-2", "0:80", web]
        |             ^^^^^^^^^
      allowed: 80, 8080:80, 127.0.0.1:8080:80, 3000-3005:3000-3005, 53:53/udp

    crew.yaml:5:24  0:80 is no port
      5 |     ports: ["1-3:1-2", "0:80", web]
        |                        ^^^^^^
      allowed: 80, 8080:80, 127.0.0.1:8080:80, 3000-3005:3000-3005, 53:53/udp

    crew.yaml:5:32  web is no port
      5 |     ports: ["1-3:1-2", "0:80", web]
        |                                ^^^
      allowed: 80, 8080:80, 127.0.0.1:8080:80, 3000-3005:3000-3005, 53:53/udp"
  `);
});

test("a key without anything in it is as if it were not there", () => {
  expect(wordsOf("cap_add: []\nlabels: {}\nports: []\nhealthcheck: {}\ntmpfs: []")).toEqual({});
});

test("crew's own labels, and signals on which no work is kept", () => {
  const keys = "labels: [a=b, dev.crew.role=other]\nstop_signal: SIGKILL";
  expect(problemsIn(fileOf(keys))).toMatchInlineSnapshot(`
    "crew.yaml:5:19  dev.crew.role is crew's own: labels under dev.crew. say whose a container is
      5 |     labels: [a=b, dev.crew.role=other]
        |                   ^^^^^^^^^^^^^^^^^^^

    crew.yaml:6:18  a role keeps its work on SIGTERM, SIGINT or SIGHUP alone
      6 |     stop_signal: SIGKILL
        |                  ^^^^^^^
      allowed: SIGTERM, SIGINT, SIGHUP"
  `);
});

const withVolumes = (volumes: string, more = "volumes: {cache: , data: {name: shop-data, external: true}}\n") =>
  `${fileOf(`volumes: ${volumes}`)}${more}`;

test("volumes: named, external, folders and memory, in both forms", () => {
  const file = withVolumes(
    '[cache:/cache, "data:/data/:ro", "./docs:/docs:ro,z", "~/.npm:/npm", {type: tmpfs, target: /fast, tmpfs: {size: 64m, mode: 0777}}, {type: bind, source: /opt/x, target: /x, bind: {create_host_path: false}}, {type: volume, source: opts, target: /o, volume: {nocopy: true}}]',
    "volumes: {cache: , data: {name: shop-data, external: true}, opts: {driver: local, driver_opts: {type: tmpfs, size: 1}, labels: [a=b]}}\n",
  );
  const { container } = crewOf(file, { env: { HOME: "/home/me" } }).roles[0] ?? {};
  expect(container && containerWords(container).get("volumes")?.split(", ")).toMatchInlineSnapshot(`
    [
      "cache:/cache",
      "data:/data:ro (shop-data external)",
      "/work/shop/docs:/docs:ro,z",
      "tmpfs:/fast:size=67108864,mode=777",
      "/home/me/.npm:/npm",
      "opts:/o:nocopy (local type=tmpfs size=1)",
      "/opt/x:/x (must exist)",
    ]
  `);
  expect(unsupportedIn(file, { env: { HOME: "/home/me" } })).toBe("none");
});

test("permissions are octal whether they are written or come from a variable", () => {
  const file = withVolumes(
    '[{type: tmpfs, target: /a, tmpfs: {mode: 0750}}, {type: tmpfs, target: /b, tmpfs: {mode: "${MODE:-0750}"}}]',
  );
  const { container } = crewOf(file, { env: {} }).roles[0] ?? {};
  expect(container && containerWords(container).get("volumes")).toBe("tmpfs:/a:mode=750, tmpfs:/b:mode=750");
});

test("the last mount at a place counts, and their order does not", () => {
  const volumesOf = (list: string) => crewOf(withVolumes(list)).roles[0]?.container?.volumes;
  expect(volumesOf("[cache:/a, cache:/b]")).toEqual(volumesOf("[data:/b, cache:/b/, cache:/a]"));
});

test("volumes that are not there yet", () => {
  const file = withVolumes(
    "[{type: image, source: x, target: /x}, {type: volume, source: cache, target: /y, volume: {subpath: a}}, {type: bind, source: /z, target: /z, bind: {propagation: rslave}}]",
  );
  expect(unsupportedIn(file)).toMatchInlineSnapshot(`
    "crew.yaml:5:22  type: image (item 1 of volumes of role dev) is not there yet: remove it
      5 |     volumes: [{type: image, source: x, target: /x}, {type: volume, source: cache, target: /y, volume…
        |                      ^^^^^

    crew.yaml:5:104  subpath (volume of item 2 of volumes of role dev) is not there yet: remove it
      5 | …arget: /y, volume: {subpath: a}}, {type: bind, source: /z, target: /z, bind: {propagation: rslave}}]
        |                      ^^^^^^^

    crew.yaml:5:162  propagation (bind of item 3 of volumes of role dev) is not there yet: remove it
      5 | …arget: /y, volume: {subpath: a}}, {type: bind, source: /z, target: /z, bind: {propagation: rslave}}]
        |                                                                                ^^^^^^^^^^^"
  `);
});

test("what no role may see is refused with the reason, by whatever path it is named", () => {
  const host = {
    repository: ["/work/shop", "/work/shop/.git"],
    sockets: ["/var/run/docker.sock"],
    code: ["/home/ann/.cache/crew"],
    real: (path: string) => path.replace(/^\/var\/run/, "/run").replace(/^\/link/, "/work/shop"),
  };
  const refused = (source: string) =>
    problemsIn(withVolumes(`["${source}:/x"]`), { known: { host } })
      .split("\n")[0]
      ?.replace(/^crew.yaml:5:15 {2}/, "");
  expect(
    Object.fromEntries(
      [
        "/var/run/docker.sock",
        "/run",
        "/",
        ".",
        "/work",
        "/link",
        "./.git/hooks",
        "/link/.git",
        "./docs",
        "/workshop",
        "/home/ann/.cache",
        "/home/ann/.cache/crew/x",
        "/home/ann/.cache/pip",
      ].map((source) => [source, refused(source)]),
    ),
  ).toMatchInlineSnapshot(`
    {
      ".": "/work/shop holds the repository (/work/shop): a role has a clone of its own",
      "./.git/hooks": "/work/shop/.git/hooks is inside of the repository's /work/shop/.git: a role has a clone of its own",
      "./docs": "none",
      "/": "/ would give the engine's socket /var/run/docker.sock, and with it the host, to an agent",
      "/home/ann/.cache": "/home/ann/.cache would give /home/ann/.cache/crew to an agent: crew runs what lies there on this machine",
      "/home/ann/.cache/crew/x": "/home/ann/.cache/crew/x would give /home/ann/.cache/crew to an agent: crew runs what lies there on this machine",
      "/home/ann/.cache/pip": "none",
      "/link": "/link holds the repository (/work/shop): a role has a clone of its own",
      "/link/.git": "/link/.git holds the repository (/work/shop): a role has a clone of its own",
      "/run": "/run would give the engine's socket /var/run/docker.sock, and with it the host, to an agent",
      "/var/run/docker.sock": "/var/run/docker.sock would give the engine's socket /var/run/docker.sock, and with it the host, to an agent",
      "/work": "/work holds the repository (/work/shop): a role has a clone of its own",
      "/workshop": "none",
    }
  `);
});

test("places that are crew's own, volumes that nobody declared, and volumes without a name", () => {
  expect(
    problemsIn(withVolumes('[cache:/crew/work, cache:/, cache:x, chache:/c, "/anonymous", {type: bind, target: /b}]')),
  ).toMatchInlineSnapshot(`
    "crew.yaml:5:15  /crew/work is in the way of /crew, which is crew's own
      5 |     volumes: [cache:/crew/work, cache:/, cache:x, chache:/c, "/anonymous", {type: bind, target: /b}]
        |               ^^^^^^^^^^^^^^^^

    crew.yaml:5:33  / would hide all that there is in the container
      5 |     volumes: [cache:/crew/work, cache:/, cache:x, chache:/c, "/anonymous", {type: bind, target: /b}]
        |                                 ^^^^^^^

    crew.yaml:5:42  x is no path in a container: it begins with /
      5 |     volumes: [cache:/crew/work, cache:/, cache:x, chache:/c, "/anonymous", {type: bind, target: /b}]
        |                                          ^^^^^^^

    crew.yaml:5:51  unknown volume "chache"
      5 |     volumes: [cache:/crew/work, cache:/, cache:x, chache:/c, "/anonymous", {type: bind, target: /b}]
        |                                                   ^^^^^^^^^
      did you mean "cache"?  allowed: cache, data

    crew.yaml:5:62  a volume without a name would be lost with its container: name it, or write tmpfs
      5 |     volumes: [cache:/crew/work, cache:/, cache:x, chache:/c, "/anonymous", {type: bind, target: /b}]
        |                                                              ^^^^^^^^^^^^

    crew.yaml:5:76  a bind needs its source
      5 |     volumes: [cache:/crew/work, cache:/, cache:x, chache:/c, "/anonymous", {type: bind, target: /b}]
        |                                                                            ^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
  expect(problemsIn(fileOf("tmpfs: /run/secrets"))).toMatchInlineSnapshot(`
    "crew.yaml:5:12  /run/secrets is in the way of /run/secrets, which is crew's own
      5 |     tmpfs: /run/secrets
        |            ^^^^^^^^^^^^"
  `);
  const device = "volumes: {x: {driver_opts: {type: none, o: bind, device: /var/run}}}\n";
  expect(problemsIn(withVolumes("[x:/x]", device))).toMatchInlineSnapshot(`
    "crew.yaml:6:50  /var/run would give the engine's socket /var/run/docker.sock, and with it the host, to an agent
      6 | volumes: {x: {driver_opts: {type: none, o: bind, device: /var/run}}}
        |                                                  ^^^^^^"
  `);
});

test("networks in both forms, with what the file says of each", () => {
  const file = (networks: string) =>
    `${fileOf(`networks: ${networks}`)}networks: {back: {internal: true, ipam: {config: [{subnet: 10.1.0.0/24}]}}, far: {name: corp, external: true}}\n`;
  const networksOf = (networks: string) => {
    const { container } = crewOf(file(networks)).roles[0] ?? {};
    return container && containerWords(container).get("networks");
  };
  expect(networksOf("[far, back]")).toMatchInlineSnapshot(
    `"back ({"internal":true,"ipam":{"Config":[{"Subnet":"10.1.0.0/24"}]}}), far (corp, external)"`,
  );
  expect(networksOf("{back: , far: {aliases: [b, a], ipv4_address: 10.0.0.9, priority: 5}}")).toMatchInlineSnapshot(
    `"far (corp, external, as a, as b, 10.0.0.9), back ({"internal":true,"ipam":{"Config":[{"Subnet":"10.1.0.0/24"}]}})"`,
  );
  expect(networksOf("[default]")).toBeUndefined();
  expect(networksOf("[default, back]")).toMatchInlineSnapshot(
    `"back ({"internal":true,"ipam":{"Config":[{"Subnet":"10.1.0.0/24"}]}}), default"`,
  );
  expect(unsupportedIn(file("[back]"))).toBe("none");
  expect(unsupportedIn(file("{back: {mac_address: '02:42:ac:11:65:43'}}"))).toContain("mac_address");
  expect(crewOf(`${fileOf("user: a")}networks: {default: {internal: true}}\n`).roles[0]?.container?.networks).toEqual([
    { key: "default", settings: { internal: true } },
  ]);
});
