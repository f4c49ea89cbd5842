/** The open conversation: its lines and the parts around them. */

import { tick } from "./countdown.mjs";
import { applyGate } from "./composer.mjs";
import { coalesced, parsed, request } from "./fetching.mjs";
import { said as wordsOf } from "./line-tools.mjs";
import { apply, catchUp } from "./lines.mjs";
import { markSeen } from "./list.mjs";
import { announce } from "./notices.mjs";
import { replacePart } from "./parts.mjs";

const NEAR_THE_END = 80;
const lines = document.getElementById("lines");
const scroll = document.getElementById("scroll");
const toNewest = document.getElementById("to-newest");

function atTheEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_THE_END;
}

function goToTheEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  toNewest.hidden = true;
}

function draw(html) {
  const follow = atTheEnd();
  const fresh = apply(lines, html);
  if (!fresh.length) return follow && goToTheEnd();
  if (follow) goToTheEnd();
  else toNewest.hidden = false;
  const said = fresh.filter((row) => row.matches(".line--customer"));
  if (said.length) announce(`${lines.dataset.customer}: ${wordsOf(said.at(-1))}`);
  noteSeen();
}

/** What the customer wrote is seen once it stands on a page that is looked at. */
function noteSeen() {
  if (document.visibilityState !== "visible") return;
  const numbers = [...lines.querySelectorAll(".line--customer")].map((row) => Number(row.dataset.seq));
  markSeen(document.body.dataset.conversation, Math.max(Number(lines.dataset.heard), ...numbers));
}

async function refreshParts() {
  const response = await request(lines.dataset.stateUrl);
  for (const part of parsed(await response.text()).querySelectorAll("[data-part]")) {
    const fragment = document.createDocumentFragment();
    fragment.append(...part.childNodes);
    replacePart(document.getElementById(part.dataset.part), fragment);
  }
  applyGate();
  tick();
}

export const refreshThread = coalesced(async () => {
  await catchUp(lines, draw);
  await refreshParts();
});

export function startThread() {
  goToTheEnd();
  noteSeen();
  document.addEventListener("visibilitychange", noteSeen);
  toNewest.addEventListener("click", goToTheEnd);
  scroll.addEventListener("scroll", () => atTheEnd() && (toNewest.hidden = true), { passive: true });
}
