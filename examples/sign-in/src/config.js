// Settings that the service and its pages share; the pages read them from GET /limits.

/** Lengths in characters, by name in alphabetical order. */
export const limits = { noteLength: 200 };
