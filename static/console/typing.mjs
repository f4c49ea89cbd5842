/** What others see of who writes here: the customer, colleagues, and the assistant, which pauses meanwhile. */

import { request } from "./fetching.mjs";
import { forBrowser } from "./stored.mjs";

const EVERY = 20000;
const form = document.getElementById("composer");
let toldAt = -EVERY;

function tell(said) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("typing", said);
  return request(form.dataset.typingUrl, { method: "POST", body: data }).catch(() => {}); // best effort: nothing is lost
}

/** The agent writes to the customer: told at most once in 20 seconds, as WhatsApp shows it for 25. */
export function writes(gate) {
  if ((gate.holds !== "true" && gate.pauses !== "true") || gate.mayReply !== "true") return;
  if (performance.now() - toldAt < EVERY) return;
  toldAt = performance.now();
  tell("1");
}

/** What was written is wiped out again, or sent: nobody needs to wait for it. */
export function stops() {
  if (toldAt < 0) return;
  toldAt = -EVERY;
  tell("stop");
}

/** Before something leaves in a conversation of the assistant's: it must be paused, or it may answer meanwhile. */
export async function pausesFirst(gate) {
  if (gate.pauses !== "true") return;
  toldAt = performance.now();
  await tell("1");
}

/** The agent who holds the conversation looks at it: each message of the customer's is marked read once. */
export function looks(gate) {
  if (gate.holds !== "true" || gate.mayReply !== "true" || document.visibilityState !== "visible") return;
  const key = `baton.read.${form.dataset.draft}`;
  if (Number(forBrowser.get(key) ?? 0) >= Number(gate.heard)) return;
  forBrowser.set(key, gate.heard);
  tell("0");
}
