/** The picker of templates: fetched when it is opened, with a preview that the server draws as it is filled in. */

import { parsed, Refusal, request } from "./fetching.mjs";

const PAUSE = 250;
const dialog = document.getElementById("template");
const place = document.getElementById("template-form");
let pause = 0;
let asked = 0;

async function show(chosen) {
  const url = new URL(place.dataset.url, location.href);
  if (chosen) url.searchParams.set("template", chosen);
  try {
    place.replaceChildren(parsed(await (await request(url)).text()));
    if (chosen) preview();
    document.getElementById("template-choice")?.focus();
  } catch (error) {
    place.textContent = error instanceof Refusal ? error.message : "No answer from the server. Close this and try again.";
  }
}

/** A file is not uploaded for the preview: its name is what the preview shows of it. */
function filledIn(form) {
  const data = new FormData();
  for (const [name, value] of new FormData(form)) data.append(name, typeof value === "string" ? value : value.name);
  return data;
}

async function preview() {
  const form = place.querySelector("form");
  const target = document.getElementById("template-preview");
  if (!target) return;
  asked += 1;
  const mine = asked;
  try {
    const answer = await request(form.dataset.previewUrl, { method: "POST", body: filledIn(form) });
    const html = await answer.text();
    if (mine === asked && target.isConnected) target.replaceChildren(parsed(html)); // a later answer came first
  } catch (error) {
    if (mine === asked) target.textContent = error instanceof Refusal ? error.message : "No answer from the server.";
  }
}

function changed(event) {
  if (event.target.id === "template-choice") return show(event.target.value);
  clearTimeout(pause);
  pause = setTimeout(preview, PAUSE);
}

/** Fetch the dialog's form anew: what is approved, and what the customer agreed to, may have changed. */
export function openTemplates() {
  show(document.getElementById("template-choice")?.value ?? "");
}

export function startTemplates() {
  if (!dialog) return;
  place.addEventListener("input", changed);
  new MutationObserver(() => dialog.open && openTemplates()).observe(dialog, { attributeFilter: ["open"] });
  document.getElementById("consent").addEventListener("close", () => dialog.open && openTemplates());
}
