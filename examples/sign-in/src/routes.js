// The table of addresses: what the service answers, and which module does it.
import { limits } from "./config.js";
import { notebook } from "./notes.js";

/** A new table with state of its own; imports, state and addresses each in alphabetical order. */
export function routes({ now }) {
  const notes = notebook({ now });
  return {
    "GET /limits": () => ({ status: 200, body: limits }),
    "GET /notes": notes.list,
    "POST /notes": notes.add,
  };
}
