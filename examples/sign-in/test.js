// Runs every file of tests/ in this one process: node starts once, not once for each file.
import { readdirSync } from "node:fs";

const folder = new URL("tests/", import.meta.url);
for (const name of readdirSync(folder).sort()) await import(new URL(name, folder));
