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
