// Serves the files under public/: "/" is index.html, "/name" is name.html, all others by their name.
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";

const FOLDER = new URL("../public/", import.meta.url);

const CONTENT_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** The table entries of all pages. Files are read once, when the service starts. */
export function pages() {
  return Object.fromEntries(readdirSync(FOLDER).map((name) => [`GET ${address(name)}`, page(name)]));
}

function address(name) {
  if (name === "index.html") return "/";
  return `/${name.replace(/\.html$/, "")}`;
}

function page(name) {
  const headers = { "content-type": CONTENT_TYPES[extname(name)] ?? "application/octet-stream" };
  const body = readFileSync(new URL(name, FOLDER));
  return () => ({ status: 200, headers, body });
}
