// The page of notes: shows them all and sends new ones.

if (globalThis.document) start();

async function start() {
  const form = document.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await write(form.elements.text.value);
    form.querySelector("output").textContent = problem ?? "";
    if (!problem) form.reset();
    await show();
  });
  form.elements.text.maxLength = (await (await fetch("/limits")).json()).noteLength;
  await show();
}

/** Sends a note; gives the service's words if it was refused. */
async function write(text) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/notes", { method: "POST", headers, body: JSON.stringify({ text }) });
  return answer.ok ? undefined : (await answer.json()).error;
}

async function show() {
  const notes = await (await fetch("/notes")).json();
  document.querySelector("ul").replaceChildren(...notes.map(item));
}

function item({ text }) {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}
