/** Accept, take over, return, close: forms that are sent in the background, with their refusals in words. */

import { Refusal, request } from "./fetching.mjs";
import { toast } from "./notices.mjs";

async function send(form, done) {
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    await request(form.action, { method: "POST", body: new FormData(form) });
    form.reset();
  } catch (error) {
    toast(error instanceof Refusal ? error.message : "No answer from the server. Please try again.");
  } finally {
    for (const button of buttons) button.disabled = false;
    form.closest("dialog")?.close();
    done();
  }
}

export function startVerbs(done) {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-verb]");
    if (!form) return;
    event.preventDefault();
    send(form, done);
  });
}
