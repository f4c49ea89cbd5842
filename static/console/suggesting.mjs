/** The assistant as a co-pilot: a draft for the composer, and cases like this one. It never sends anything itself. */

import { parsed, Refusal, request } from "./fetching.mjs";
import { announce } from "./notices.mjs";

const form = document.getElementById("composer");
const body = document.getElementById("body");
const button = document.getElementById("suggest");
const panel = document.getElementById("suggestion");
const words = document.getElementById("suggestion-words");
const NO_ANSWER = "No answer from the server. Please try again.";
const found = new Map();
let draft = null;
let refuse = () => {};

function use({ id, body: text }) {
  form.elements.suggestion.value = String(id);
  body.value = text;
  body.dispatchEvent(new Event("input", { bubbles: true }));
  panel.hidden = true;
  body.focus();
}

/** What somebody has written is theirs: the draft then waits beside it. */
function offer(suggested) {
  draft = suggested;
  if (!body.value.trim()) return use(suggested);
  words.textContent = suggested.body;
  panel.hidden = false;
  announce("The assistant suggests a reply. What you wrote is kept.");
}

async function ask() {
  button.disabled = true;
  button.dataset.busy = "";
  refuse("");
  try {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    offer(await (await request(button.formAction, { method: "POST", body: data })).json());
  } catch (error) {
    refuse(error instanceof Refusal ? error.message : NO_ANSWER);
  } finally {
    delete button.dataset.busy;
    button.disabled = false;
  }
}

/** An emptied composer rests on no draft any more; a sent one neither. */
export function suggestionOver() {
  form.elements.suggestion.value = "";
  panel.hidden = true;
}

/** The pane is drawn anew with every ring: what was found is put back at once. */
async function showSimilar(details) {
  const url = details.dataset.similar;
  const place = details.querySelector("[data-similar-place]");
  if (found.has(url)) return place.replaceChildren(parsed(found.get(url)));
  try {
    found.set(url, await (await request(url)).text());
    details.querySelector("[data-similar-place]").replaceChildren(parsed(found.get(url)));
  } catch (error) {
    place.textContent = error instanceof Refusal ? error.message : NO_ANSWER;
  }
}

/** `said(words)` shows a refusal at the composer. */
export function startSuggesting(said) {
  refuse = said;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  document.getElementById("suggestion-use").addEventListener("click", () => use(draft));
  document.getElementById("suggestion-drop").addEventListener("click", () => {
    panel.hidden = true;
    body.focus();
  });
  body.addEventListener("input", () => body.value.trim() || suggestionOver());
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details[data-similar][open]")) showSimilar(event.target);
  }, true);
}
