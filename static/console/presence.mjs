/** Signs of life: while a page is open, whoever signed in is there; what is looked at, is looked at by them. */

import { parsed, request } from "./fetching.mjs";
import { announce } from "./notices.mjs";
import { replacePart } from "./parts.mjs";

const EVERY = 25000;
const place = document.getElementById("presence");

function menu() {
  return place.querySelector("[data-status]");
}

/** Draw the menu anew: its agent, another page or Baton has changed what it says. */
export async function refreshPresence() {
  const response = await request(place.dataset.url);
  const before = menu().dataset.status;
  replacePart(place, parsed(await response.text()));
  if (menu().dataset.status !== before) announce(`You are ${menu().querySelector(".presence-word").textContent}.`);
}

async function beat() {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", place.querySelector("[name=csrfmiddlewaretoken]").value);
  const { conversation } = document.body.dataset;
  if (conversation && document.visibilityState === "visible") data.set("conversation", conversation);
  const response = await request(place.dataset.seenUrl, { method: "POST", body: data });
  if (response.headers.get("X-Baton-Presence") !== menu().dataset.status) await refreshPresence();
}

/** `worked` and `failed` hear what came of each sign. */
export function startPresence(failed = () => {}) {
  const sign = () => beat().catch(failed);
  const ticker = new Worker(place.dataset.ticker, { type: "module" });
  ticker.onmessage = sign;
  ticker.onerror = () => setInterval(sign, EVERY);
  addEventListener("online", sign);
  addEventListener("pageshow", (event) => event.persisted && sign());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sign());
  document.addEventListener("baton:done", (event) => event.target.matches("[data-presence]") && refreshPresence().catch(failed));
  sign();
}
