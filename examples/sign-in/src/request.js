// Reads a request's JSON body. Nothing else is accepted, so no foreign page's form can post here.

const MAX_BODY_BYTES = 10_000;

/** Gives `{ json }` (an empty object without a body), or `{ problem }`: the answer to send. */
export async function readJson(request) {
  const chunks = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) return problem(413, "Too long.");
    chunks.push(chunk);
  }
  if (sizeBytes === 0) return { json: {} };
  if (!request.headers["content-type"]?.startsWith("application/json")) {
    return problem(415, "Send JSON.");
  }
  try {
    return { json: Object(JSON.parse(Buffer.concat(chunks).toString("utf8"))) };
  } catch {
    return problem(400, "That is not JSON.");
  }
}

function problem(status, error) {
  return { problem: { status, headers: { connection: "close" }, body: { error } } };
}
