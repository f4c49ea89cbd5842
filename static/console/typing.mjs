/** What the customer sees of the desk: that their message was read, and that somebody writes. */

import { request } from "./fetching.mjs";
import { forBrowser } from "./stored.mjs";

const EVERY = 20000;
const form = document.getElementById("composer");
let toldAt = -EVERY;

function tell(typing) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("typing", typing ? "1" : "0");
  return request(form.dataset.typingUrl, { method: "POST", body: data }).catch(() => {}); // best effort: nothing is lost
}

/** The agent writes to the customer: shown at most once in 20 seconds, as WhatsApp shows it for 25. */
export function writes(gate) {
  if (gate.holds !== "true" || gate.mayReply !== "true") return;
  if (performance.now() - toldAt < EVERY) return;
  toldAt = performance.now();
  tell(true);
}

/** The agent who holds the conversation looks at it: each message of the customer's is marked read once. */
export function looks(gate) {
  if (gate.holds !== "true" || gate.mayReply !== "true" || document.visibilityState !== "visible") return;
  const key = `baton.read.${form.dataset.draft}`;
  if (Number(forBrowser.get(key) ?? 0) >= Number(gate.heard)) return;
  forBrowser.set(key, gate.heard);
  tell(false);
}
