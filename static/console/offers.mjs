/** What is held out to this agent: it comes with the list, says so once, and goes when its time is over. */

import { serverNow, tick } from "./countdown.mjs";
import { announce } from "./notices.mjs";
import { replacePart } from "./parts.mjs";
import { titleOffers } from "./titles.mjs";

const place = document.getElementById("offers");
const told = new Set();
let timer = 0;
let over = () => {};

function cards() {
  return [...place.querySelectorAll("[data-offer]")];
}

/** Read out once each, never by taking the focus: an agent may be in the middle of a word. */
function tell() {
  for (const card of cards()) {
    if (told.has(card.dataset.offer)) continue;
    told.add(card.dataset.offer);
    announce(card.dataset.said);
  }
}

/** The card goes with the offer, whether or not a ring says so. */
function endInTime() {
  clearTimeout(timer);
  const ends = cards().map((card) => Date.parse(card.dataset.expires));
  if (ends.length) timer = setTimeout(() => over(), Math.max(1000, Math.min(...ends) - serverNow() + 500));
}

function drawn() {
  titleOffers(cards().length);
  tell();
  endInTime();
  tick();
}

/** The offers in a fragment of the list take the place of those on the page. */
export function showOffers(fragment) {
  const news = document.createDocumentFragment();
  news.append(...fragment.querySelector("#offers-news").childNodes);
  fragment.querySelector("#offers-news").remove();
  if (replacePart(place, news)) drawn();
}

/** `again()` fetches the list: the time of an offer is over. */
export function startOffers(again) {
  over = again;
  drawn();
}
