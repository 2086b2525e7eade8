// The notes themselves: kept in memory, newest first.
import { limits } from "./config.js";

/** An empty notebook with the handlers for its addresses. */
export function notebook({ now }) {
  const notes = [];
  return {
    list: () => ({ status: 200, body: notes }),
    add: ({ json }) => {
      const text = String(json.text ?? "").trim();
      if (text === "") return refusal("Write something.");
      if (text.length > limits.noteLength) return refusal("That is too long for a note.");
      const note = { text, at: new Date(now()).toISOString() };
      notes.unshift(note);
      return { status: 201, body: note };
    },
  };
}

function refusal(error) {
  return { status: 400, body: { error } };
}
