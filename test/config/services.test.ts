// services, secrets, networks, volumes: names that must exist, sources, and keys as in Compose.
import { expect, test } from "vitest";
import { canonicalOf, problemsIn } from "./support.ts";

test("Compose's service keys are taken, short and long", () => {
  const keys = `
    build: {context: ., args: {A: 1.10}}
    environment: [A=1]
    env_file: .env
    volumes: ["cache:/c", {type: bind, source: ., target: /x, read_only: true}]
    secrets: [T, {source: T, target: t, mode: 256}]
    networks: {inner: {aliases: [x]}}
    ports: [80, "8080:80", {target: 80, published: "8080"}]
    working_dir: /w
    user: 1000
    cpus: 0.5
    mem_limit: 512m
    pids_limit: -1
    shm_size: 64m
    ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}
    tmpfs: /tmp
    read_only: true
    cap_add: [NET_ADMIN]
    security_opt: [no-new-privileges]
    extra_hosts: {a: 10.0.0.1}
    dns: [10.0.0.2]
    platform: linux/amd64
    labels: {a: 1}
    stop_grace_period: 30s
    stop_signal: SIGINT
    healthcheck: {test: [CMD, x], interval: 2s}
    profiles: [debug]
`;
  const text = `epic: a
services:
  db:${keys}    extends: {service: base, file: c.yaml}\n    shared: true\n    command: [a]\n    depends_on: {cache: {condition: service_healthy}}
  cache: {image: redis, restart: on-failure:3}
roles:
  dev:${keys}    extends: {role: base, file: c.yaml}
networks: {inner: {internal: true}}
volumes: {cache: }
secrets: {T: {file: ./t}}
`;
  expect(problemsIn(text)).toBe("none");
  const { dev } = canonicalOf(text).roles;
  expect([dev?.build, dev?.environment, dev?.env_file]).toEqual([
    { context: ".", args: { A: "1.10" } },
    { A: "1" },
    [".env"],
  ]);
});

test("names that nothing has", () => {
  const text = `epic: a
defaults: {services: [bd], setup: {run: x, secrets: [TOKN]}}
services: {db: {image: x, depends_on: [cach], networks: [innr], secrets: [TOKN]}, cache: {image: y, depends_on: {dbb: {}}}}
secrets: {TOKEN: {environment: T}}
networks: {inner: }
gates: {test: {run: x, services: [dbs], secrets: [TOKENS], setup: {run: y, secrets: [OTHER]}}}
roles: {a: {secrets: [{source: TOKN}], networks: {nner: }}}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:23  unknown service "bd" in services of defaults
      2 | defaults: {services: [bd], setup: {run: x, secrets: [TOKN]}}
        |                       ^^
      did you mean "db"?  allowed: db, cache

    crew.yaml:2:54  unknown secret "TOKN" in secrets of setup of defaults
      2 | defaults: {services: [bd], setup: {run: x, secrets: [TOKN]}}
        |                                                      ^^^^
      did you mean "TOKEN"?  allowed: TOKEN

    crew.yaml:3:40  unknown service "cach" in depends_on of service db
      3 | services: {db: {image: x, depends_on: [cach], networks: [innr], secrets: [TOKN]}, cache: {image: y, …
        |                                        ^^^^
      did you mean "cache"?  allowed: db, cache

    crew.yaml:3:58  unknown network "innr" in networks of service db
      3 | services: {db: {image: x, depends_on: [cach], networks: [innr], secrets: [TOKN]}, cache: {image: y, …
        |                                                          ^^^^
      did you mean "inner"?  allowed: default, inner

    crew.yaml:3:75  unknown secret "TOKN" in secrets of service db
      3 | services: {db: {image: x, depends_on: [cach], networks: [innr], secrets: [TOKN]}, cache: {image: y, …
        |                                                                           ^^^^
      did you mean "TOKEN"?  allowed: TOKEN

    crew.yaml:3:114  unknown service "dbb" in depends_on of service cache
      3 | …x, depends_on: [cach], networks: [innr], secrets: [TOKN]}, cache: {image: y, depends_on: {dbb: {}}}}
        |                                                                                            ^^^
      did you mean "db"?  allowed: db, cache

    crew.yaml:6:35  unknown service "dbs" in services of gate test
      6 | gates: {test: {run: x, services: [dbs], secrets: [TOKENS], setup: {run: y, secrets: [OTHER]}}}
        |                                   ^^^
      did you mean "db"?  allowed: db, cache

    crew.yaml:6:51  unknown secret "TOKENS" in secrets of gate test
      6 | gates: {test: {run: x, services: [dbs], secrets: [TOKENS], setup: {run: y, secrets: [OTHER]}}}
        |                                                   ^^^^^^
      did you mean "TOKEN"?  allowed: TOKEN

    crew.yaml:6:86  unknown secret "OTHER" in secrets of setup of gate test
      6 | gates: {test: {run: x, services: [dbs], secrets: [TOKENS], setup: {run: y, secrets: [OTHER]}}}
        |                                                                                      ^^^^^
      allowed: TOKEN

    crew.yaml:7:23  unknown secret "TOKN" in secrets of role a
      7 | roles: {a: {secrets: [{source: TOKN}], networks: {nner: }}}
        |                       ^^^^^^^^^^^^^^
      did you mean "TOKEN"?  allowed: TOKEN

    crew.yaml:7:51  unknown network "nner" in networks of role a
      7 | roles: {a: {secrets: [{source: TOKN}], networks: {nner: }}}
        |                                                   ^^^^
      did you mean "inner"?  allowed: default, inner"
  `);
  expect(problemsIn("epic: a\nroles: {a: {services: [db]}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:24  unknown service "db" in services of role a
      2 | roles: {a: {services: [db]}}
        |                        ^^
      allowed: the file declares no service"
  `);
});

test("services that wait for each other", () => {
  const text =
    "epic: a\nservices: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: {a: {}}}}\nroles: {a: {}}\n";
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:39  depends_on makes a cycle: a → b → a
      2 | services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: {a: {}}}}
        |                                       ^"
  `);
});

test("a secret comes from one place", () => {
  const text = "epic: a\nsecrets: {A: {}, B: {environment: B, file: b}, C: {file: c}, D: text}\nroles: {a: {}}\n";
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:11  secret A has no source: give environment or file
      2 | secrets: {A: {}, B: {environment: B, file: b}, C: {file: c}, D: text}
        |           ^
      allowed: {environment: A}, {file: ./A}

    crew.yaml:2:18  secret B has two sources: give environment or file
      2 | secrets: {A: {}, B: {environment: B, file: b}, C: {file: c}, D: text}
        |                  ^
      allowed: {environment: B}, {file: ./B}

    crew.yaml:2:65  secret D must be a map, not text
      2 | secrets: {A: {}, B: {environment: B, file: b}, C: {file: c}, D: text}
        |                                                                 ^^^^"
  `);
});

test("mistakes inside Compose's keys", () => {
  const text = `epic: a
roles:
  a:
    mem_limit: lots
    cpus: -1
    ports: [99999, {published: 80}]
    volumes: [{type: disk, target: /x}]
    healthcheck: {test: x, interval: 2}
    build: {contxt: .}
    read_only: yes
    ulimits: {NOFILE: 1}
    pids_limit: "512"
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:4:16  mem_limit of role a must be a size such as 512m or 4g, not "lots"
      4 |     mem_limit: lots
        |                ^^^^

    crew.yaml:5:11  cpus of role a must be more than 0, not -1
      5 |     cpus: -1
        |           ^^

    crew.yaml:6:13  item 1 of ports of role a must be at most 65535, not 99999
      6 |     ports: [99999, {published: 80}]
        |             ^^^^^

    crew.yaml:6:20  item 2 of ports of role a has no target
      6 |     ports: [99999, {published: 80}]
        |                    ^^^^^^^^^^^^^^^
      allowed: app_protocol, host_ip, mode, name, protocol, published, target

    crew.yaml:7:22  type of item 1 of volumes of role a must be volume, bind, tmpfs or image, not "disk"
      7 |     volumes: [{type: disk, target: /x}]
        |                      ^^^^

    crew.yaml:8:38  interval of healthcheck of role a must be a time such as 90s, 45m or 1h30m, not the number 2
      8 |     healthcheck: {test: x, interval: 2}
        |                                      ^

    crew.yaml:9:13  unknown key "contxt" in build of role a
      9 |     build: {contxt: .}
        |             ^^^^^^
      did you mean "context"?  allowed: additional_contexts, args, cache_from, cache_to, context, …

    crew.yaml:10:16  read_only of role a must be true or false, not text
      10 |     read_only: yes
         |                ^^^

    crew.yaml:11:15  the limit "NOFILE" in ulimits of role a must be the name of a limit, such as nofile
      11 |     ulimits: {NOFILE: 1}
         |               ^^^^^^

    crew.yaml:12:17  pids_limit of role a must be a whole number, such as 512, not text
      12 |     pids_limit: "512"
         |                 ^^^^^"
  `);
});
