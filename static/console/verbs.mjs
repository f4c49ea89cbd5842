/** Accept, close, send a list: forms that are sent in the background, with their refusals in words. */

import { Refusal, request } from "./fetching.mjs";
import { toast } from "./notices.mjs";
import { quoteNothing } from "./quoting.mjs";
import { forgetToken, renewToken } from "./tokens.mjs";
import { upload } from "./uploading.mjs";

const NO_ANSWER = "No answer from the server. Please try again.";

/** Where a dialog says what is wrong it stays open, with what was filled in; else it is said at the page's edge. */
function refused(form, words) {
  const place = form.querySelector("[data-trouble]");
  if (place) place.textContent = words;
  else {
    toast(words);
    form.closest("dialog")?.close();
  }
}

function done(form) {
  form.reset();
  form.closest("dialog")?.close();
  form.closest("details[data-menu]")?.removeAttribute("open");
  form.dispatchEvent(new CustomEvent("baton:done", { bubbles: true }));
  if (!("sends" in form.dataset)) return;
  forgetToken(form);
  quoteNothing();
}

/** A form that may carry a file may take longer than a page waits for an answer otherwise. */
function post(form, data) {
  if (form.enctype === "multipart/form-data") return upload(form.action, data, () => {});
  return request(form.action, { method: "POST", body: data });
}

/** What comes after: the page that the form names, or the list, where the conversation is somebody else's now. */
function goOn(form, response) {
  const url = response?.headers.get("X-Baton-Go") ?? form.dataset.then;
  if (url) location.assign(url);
}

async function send(form, button, after) {
  const buttons = [...form.querySelectorAll("button")].filter((button) => !button.disabled);
  const place = form.querySelector("[data-trouble]");
  if (place) place.textContent = "";
  if (form.elements.token) renewToken(form);
  const data = new FormData(form, button);
  for (const button of buttons) button.disabled = true;
  try {
    const response = await post(form, data);
    done(form);
    goOn(form, response);
  } catch (error) {
    refused(form, error instanceof Refusal ? error.message : NO_ANSWER);
  } finally {
    for (const button of buttons) button.disabled = false;
    after();
  }
}

export function startVerbs(after) {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-verb]");
    if (!form) return;
    event.preventDefault();
    send(form, event.submitter, after);
  });
}
