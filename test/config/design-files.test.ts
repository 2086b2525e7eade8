// The files that the design shows load, and say what one reads in them.
import { expect, test } from "vitest";
import { smallest, team } from "./design-files.ts";
import { canonicalOf, crewOf, problemsIn } from "./support.ts";

/** Without the file itself, which is there to be read. */
const read = (...args: Parameters<typeof crewOf>) => {
  const { text: _text, ...crew } = crewOf(...args);
  return crew;
};

test("the smallest file that works", () => {
  expect(read(smallest)).toMatchInlineSnapshot(`
    {
      "batch": 1,
      "budget": {
        "turns": 100,
        "usd": 10,
      },
      "close": "on-land",
      "declaredName": "shop",
      "epic": {
        "branch": "epic/rate-limit-sign-in",
        "slug": "rate-limit-sign-in",
        "title": "Rate-limit sign-in",
      },
      "file": "/work/shop/crew.yaml",
      "gates": [
        {
          "container": {
            "cpus": 2,
            "image": "node:24",
            "memoryBytes": 4294967296,
            "pids": 512,
            "readOnly": false,
          },
          "environment": {},
          "name": "npm test",
          "on": [
            "candidate",
            "land",
          ],
          "run": "npm test",
          "setup": "npm ci",
          "timeoutMs": 1800000,
        },
      ],
      "inputs": {},
      "land": "merge",
      "maxGates": 1,
      "maxParallel": 4,
      "name": "shop",
      "protect": [],
      "push": false,
      "radar": "warn",
      "review": "epic",
      "roles": [
        {
          "agent": {
            "maxAttempts": 3,
            "preset": "claude",
            "turnTimeoutMs": 2700000,
          },
          "beads": {},
          "branch": "feature/rate-limit-sign-in-dev",
          "container": {
            "cpus": 2,
            "image": "node:24",
            "memoryBytes": 4294967296,
            "pids": 512,
            "readOnly": false,
          },
          "dependsOn": [],
          "environment": {},
          "into": "epic",
          "name": "dev",
          "setup": "npm ci",
        },
      ],
      "runtime": "docker",
      "strategy": "merge",
      "tasks": [
        {
          "blockedBy": [],
          "key": "limit",
          "labels": [],
          "priority": 2,
          "title": "POST /login: five tries a minute per IP, then 429",
          "type": "task",
        },
      ],
      "tracker": {
        "kind": "auto",
      },
    }
  `);
});

test("a team's file, used for the feature auth", () => {
  expect(read(team, { inputs: { feature: "auth" } })).toMatchInlineSnapshot(`
    {
      "batch": 1,
      "budget": {
        "hours": 6,
        "turns": 200,
        "usd": 20,
      },
      "close": "on-land",
      "declaredName": "shop-auth",
      "epic": {
        "base": "main",
        "branch": "epic/auth",
        "slug": "auth",
        "title": "[EPIC] auth",
      },
      "file": "/work/shop/crew.yaml",
      "gates": [
        {
          "container": {
            "cpus": 2,
            "image": "node:24",
            "memoryBytes": 4294967296,
            "pids": 512,
            "readOnly": false,
          },
          "environment": {},
          "name": "types",
          "on": [
            "candidate",
            "land",
          ],
          "run": "npx tsc -b",
          "secrets": [
            {
              "file": "/run/secrets/NPM_TOKEN",
              "name": "NPM_TOKEN",
              "readers": [
                "setup",
              ],
            },
          ],
          "services": [
            {
              "container": {
                "cpus": 2,
                "image": "postgres:17",
                "memoryBytes": 4294967296,
                "pids": 512,
                "readOnly": false,
              },
              "environment": {
                "POSTGRES_PASSWORD": "dev",
              },
              "name": "db",
              "needs": [],
            },
          ],
          "setup": "npm ci",
          "setupKey": [
            "package-lock.json",
          ],
          "timeoutMs": 1800000,
        },
        {
          "container": {
            "cpus": 2,
            "image": "node:24",
            "memoryBytes": 4294967296,
            "pids": 512,
            "readOnly": false,
          },
          "environment": {},
          "isolated": true,
          "name": "test",
          "on": [
            "candidate",
            "land",
          ],
          "run": "npm test",
          "secrets": [
            {
              "file": "/run/secrets/NPM_TOKEN",
              "name": "NPM_TOKEN",
              "readers": [
                "setup",
              ],
            },
          ],
          "services": [
            {
              "container": {
                "cpus": 2,
                "image": "postgres:17",
                "memoryBytes": 4294967296,
                "pids": 512,
                "readOnly": false,
              },
              "environment": {
                "POSTGRES_PASSWORD": "dev",
              },
              "name": "db",
              "needs": [],
            },
          ],
          "setup": "npm ci",
          "setupKey": [
            "package-lock.json",
          ],
          "timeoutMs": 600000,
        },
      ],
      "inputs": {
        "feature": "auth",
      },
      "land": "merge",
      "maxGates": 1,
      "maxParallel": 4,
      "name": "shop-auth",
      "protect": [
        ".github/**",
      ],
      "push": false,
      "radar": "warn",
      "review": "epic",
      "roles": [
        {
          "agent": {
            "maxAttempts": 3,
            "preset": "claude",
            "turnTimeoutMs": 2700000,
          },
          "beads": {
            "titlePrefix": "[auth/backend]",
          },
          "branch": "feature/auth-backend",
          "check": "npm test -w api",
          "container": {
            "cpus": 2,
            "image": "node:24",
            "memoryBytes": 4294967296,
            "pids": 512,
            "readOnly": false,
          },
          "dependsOn": [],
          "environment": {},
          "into": "epic",
          "name": "backend",
          "paths": [
            "services/api/**",
          ],
          "secrets": [
            {
              "file": "/run/secrets/NPM_TOKEN",
              "name": "NPM_TOKEN",
              "readers": [
                "setup",
              ],
            },
          ],
          "services": [
            {
              "container": {
                "cpus": 2,
                "image": "postgres:17",
                "memoryBytes": 4294967296,
                "pids": 512,
                "readOnly": false,
              },
              "environment": {
                "POSTGRES_PASSWORD": "dev",
              },
              "name": "db",
              "needs": [],
            },
          ],
          "setup": "npm ci",
          "setupKey": [
            "package-lock.json",
          ],
        },
        {
          "agent": {
            "maxAttempts": 3,
            "preset": "claude",
            "turnTimeoutMs": 2700000,
          },
          "beads": {
            "labels": [
              "frontend",
            ],
          },
          "branch": "feature/auth-frontend",
          "container": {
            "cpus": 2,
            "image": "node:24",
            "memoryBytes": 4294967296,
            "pids": 512,
            "readOnly": false,
          },
          "dependsOn": [
            "backend",
          ],
          "environment": {},
          "into": "epic",
          "name": "frontend",
          "prompt": "Use the tokens in docs/tokens.md.",
          "secrets": [
            {
              "file": "/run/secrets/NPM_TOKEN",
              "name": "NPM_TOKEN",
              "readers": [
                "setup",
              ],
            },
          ],
          "services": [
            {
              "container": {
                "cpus": 2,
                "image": "postgres:17",
                "memoryBytes": 4294967296,
                "pids": 512,
                "readOnly": false,
              },
              "environment": {
                "POSTGRES_PASSWORD": "dev",
              },
              "name": "db",
              "needs": [],
            },
          ],
          "setup": "npm ci",
          "setupKey": [
            "package-lock.json",
          ],
        },
        {
          "agent": {
            "maxAttempts": 3,
            "preset": "claude",
            "turnTimeoutMs": 2700000,
          },
          "beads": {
            "labels": [
              "login-ui",
            ],
          },
          "branch": "feature/auth-login-ui",
          "container": {
            "cpus": 2,
            "image": "node:24",
            "memoryBytes": 4294967296,
            "pids": 512,
            "readOnly": false,
          },
          "dependsOn": [],
          "environment": {},
          "into": "frontend",
          "name": "login-ui",
          "secrets": [
            {
              "file": "/run/secrets/NPM_TOKEN",
              "name": "NPM_TOKEN",
              "readers": [
                "setup",
              ],
            },
          ],
          "services": [
            {
              "container": {
                "cpus": 2,
                "image": "postgres:17",
                "memoryBytes": 4294967296,
                "pids": 512,
                "readOnly": false,
              },
              "environment": {
                "POSTGRES_PASSWORD": "dev",
              },
              "name": "db",
              "needs": [],
            },
          ],
          "setup": "npm ci",
          "setupKey": [
            "package-lock.json",
          ],
        },
      ],
      "runtime": "docker",
      "strategy": "merge",
      "tasks": [
        {
          "blockedBy": [],
          "key": "backend",
          "labels": [
            "backend",
          ],
          "priority": 2,
          "role": "backend",
          "title": "[auth/backend] Sign-in API",
          "type": "feature",
        },
        {
          "blockedBy": [],
          "key": "backend.login",
          "labels": [
            "backend",
          ],
          "parent": "backend",
          "priority": 2,
          "role": "backend",
          "title": "[auth/backend] POST /login",
          "type": "task",
        },
        {
          "acceptance": "…",
          "blockedBy": [],
          "description": "…",
          "key": "backend.tokens",
          "labels": [
            "backend",
          ],
          "parent": "backend",
          "priority": 1,
          "role": "backend",
          "title": "[auth/backend] Session tokens",
          "type": "task",
        },
        {
          "blockedBy": [
            "backend.login",
          ],
          "key": "form",
          "labels": [
            "frontend",
          ],
          "priority": 2,
          "role": "frontend",
          "title": "[auth/frontend] Sign-in form",
          "type": "task",
        },
      ],
      "tracker": {
        "kind": "auto",
      },
    }
  `);
});

test("a team's file in its long form holds every key that it gives", () => {
  expect(canonicalOf(team, { inputs: { feature: "auth" } })).toMatchInlineSnapshot(`
    {
      "batch": 1,
      "budget": {
        "hours": 6,
        "turns": 200,
        "usd": 20,
      },
      "close": "on-land",
      "epic": {
        "base": "main",
        "branch": "epic/auth",
        "title": "[EPIC] auth",
      },
      "gates": {
        "test": {
          "environment": {},
          "image": "node:24",
          "network": "none",
          "on": [
            "candidate",
            "land",
          ],
          "run": "npm test",
          "services": [
            "db",
          ],
          "setup": {
            "key": [
              "package-lock.json",
            ],
            "run": "npm ci",
            "secrets": [
              "NPM_TOKEN",
            ],
          },
          "timeout": "10m",
        },
        "types": {
          "environment": {},
          "image": "node:24",
          "on": [
            "candidate",
            "land",
          ],
          "run": "npx tsc -b",
          "services": [
            "db",
          ],
          "setup": {
            "key": [
              "package-lock.json",
            ],
            "run": "npm ci",
            "secrets": [
              "NPM_TOKEN",
            ],
          },
          "timeout": "30m",
        },
      },
      "inputs": {
        "feature": {
          "default": "auth",
          "description": "Short name",
          "pattern": "^[a-z][a-z0-9-]*$",
        },
      },
      "land": "merge",
      "max_gates": 1,
      "max_parallel": 4,
      "name": "shop-auth",
      "networks": {},
      "protect": [
        ".github/**",
      ],
      "push": false,
      "radar": "warn",
      "review": "epic",
      "roles": {
        "backend": {
          "agent": {
            "max_attempts": 3,
            "preset": "claude",
            "turn_timeout": "45m",
          },
          "beads": {
            "title_prefix": "[auth/backend]",
          },
          "branch": "feature/auth-backend",
          "check": "npm test -w api",
          "depends_on": [],
          "environment": {},
          "image": "node:24",
          "into": "epic",
          "paths": [
            "services/api/**",
          ],
          "services": [
            "db",
          ],
          "setup": {
            "key": [
              "package-lock.json",
            ],
            "run": "npm ci",
            "secrets": [
              "NPM_TOKEN",
            ],
          },
          "specialty": [
            "backend-developer",
          ],
        },
        "frontend": {
          "agent": {
            "max_attempts": 3,
            "preset": "claude",
            "turn_timeout": "45m",
          },
          "beads": {
            "labels": [
              "frontend",
            ],
          },
          "branch": "feature/auth-frontend",
          "depends_on": [
            "backend",
          ],
          "environment": {},
          "image": "node:24",
          "into": "epic",
          "prompt": "Use the tokens in docs/tokens.md.",
          "services": [
            "db",
          ],
          "setup": {
            "key": [
              "package-lock.json",
            ],
            "run": "npm ci",
            "secrets": [
              "NPM_TOKEN",
            ],
          },
          "specialty": [
            "react-specialist",
            "typescript-pro",
          ],
        },
        "login-ui": {
          "agent": {
            "max_attempts": 3,
            "preset": "claude",
            "turn_timeout": "45m",
          },
          "beads": {
            "labels": [
              "login-ui",
            ],
          },
          "branch": "feature/auth-login-ui",
          "depends_on": [],
          "environment": {},
          "image": "node:24",
          "into": "frontend",
          "services": [
            "db",
          ],
          "setup": {
            "key": [
              "package-lock.json",
            ],
            "run": "npm ci",
            "secrets": [
              "NPM_TOKEN",
            ],
          },
        },
      },
      "runtime": "docker",
      "secrets": {
        "NPM_TOKEN": {
          "environment": "NPM_READ_TOKEN",
        },
      },
      "services": {
        "db": {
          "environment": {
            "POSTGRES_PASSWORD": "dev",
          },
          "image": "postgres:17",
        },
      },
      "strategy": "merge",
      "tasks": {
        "backend": {
          "blocked_by": [],
          "labels": [
            "backend",
          ],
          "priority": 2,
          "role": "backend",
          "tasks": {
            "login": {
              "blocked_by": [],
              "labels": [
                "backend",
              ],
              "priority": 2,
              "role": "backend",
              "tasks": {},
              "title": "[auth/backend] POST /login",
              "type": "task",
            },
            "tokens": {
              "acceptance": "…",
              "blocked_by": [],
              "description": "…",
              "labels": [
                "backend",
              ],
              "priority": 1,
              "role": "backend",
              "tasks": {},
              "title": "[auth/backend] Session tokens",
              "type": "task",
            },
          },
          "title": "[auth/backend] Sign-in API",
          "type": "feature",
        },
        "form": {
          "blocked_by": [
            "backend.login",
          ],
          "labels": [
            "frontend",
          ],
          "priority": 2,
          "role": "frontend",
          "tasks": {},
          "title": "[auth/frontend] Sign-in form",
          "type": "task",
        },
      },
      "tracker": {
        "kind": "auto",
      },
      "volumes": {},
    }
  `);
});

test("a team's file without its input has that one problem", () => {
  expect(problemsIn(team)).toMatchInlineSnapshot(`
    "crew.yaml:3:10  input feature (Short name) has no value: crew up --set feature=…
      3 | inputs: {feature: {description: Short name, pattern: '^[a-z][a-z0-9-]*$'}}   # crew up --set feature…
        |          ^^^^^^^"
  `);
});
