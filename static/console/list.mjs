/** The left pane: tabs, search, unread marks, moving by keyboard. */

import { tick } from "./countdown.mjs";
import { coalesced, parsed, request } from "./fetching.mjs";
import { replacePart } from "./parts.mjs";
import { showOffers } from "./offers.mjs";
import { forBrowser, forTab } from "./stored.mjs";
import { titleCount } from "./titles.mjs";

const list = document.getElementById("list");
const search = document.getElementById("search");
const opened = document.body.dataset.conversation ?? "";
const selecting = "select" in list.querySelector("[data-waiting]").dataset;
let tab = list.querySelector("[data-waiting]").dataset.tab;
let typing = 0;

function seenKey(id) {
  return `baton.seen.${id}`;
}

/** This browser has shown everything up to the customer's message of that number. */
export function markSeen(id, heard) {
  forBrowser.set(seenKey(id), String(heard));
}

function dress() {
  for (const row of list.querySelectorAll("a.row")) {
    const seen = Number(forBrowser.get(seenKey(row.id.slice("row-".length))) ?? 0);
    row.querySelector(".unread").hidden = row.matches("[aria-current]") || seen >= Number(row.dataset.heard);
  }
  const waiting = Number(list.querySelector("[data-waiting]").dataset.waiting);
  titleCount(waiting);
  tick();
}

/** What is wrong with the numbers comes with the list and stands in the bar. */
function showTroubles(fragment) {
  const news = document.createDocumentFragment();
  news.append(...fragment.querySelector("#strip-news").childNodes);
  replacePart(document.getElementById("strip"), news);
}

/** What is ticked stays ticked while the list moves on. */
function keepTicks(replace) {
  const ticked = new Set([...list.querySelectorAll("input[name=id]:checked")].map((box) => box.value));
  replace();
  for (const box of list.querySelectorAll("input[name=id]")) box.checked = ticked.has(box.value);
}

export const refreshList = coalesced(async () => {
  const query = new URLSearchParams({ tab, q: search.value, open: opened, ...(selecting && { select: "1" }) });
  const response = await request(`${list.dataset.url}?${query}`);
  const fragment = parsed(await response.text());
  showTroubles(fragment);
  showOffers(fragment);
  keepTicks(() => replacePart(list, fragment));
  dress();
});

function remember() {
  const query = new URLSearchParams({ tab });
  if (search.value) query.set("q", search.value);
  if (selecting) query.set("select", "1");
  history.replaceState(null, "", `?${query}`);
  search.form.elements.tab.value = tab;
}

function choose(name, failed) {
  tab = name;
  remember();
  list.scrollTop = 0;
  refreshList().catch(failed);
}

/** Move the focus by `step` rows; from outside the list it starts at the open row, else at the first. */
export function move(step) {
  const rows = [...list.querySelectorAll("a.row")];
  const at = rows.indexOf(document.activeElement);
  const open = rows.findIndex((row) => row.matches("[aria-current]"));
  const next = at >= 0 ? at + step : Math.max(open + (open >= 0 ? step : 1), 0);
  rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus();
}

export function startList(failed) {
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a.tab");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link.dataset.tab, failed);
  });
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => choose(tab, failed), 200);
  });
  search.form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a.row")?.focus();
  });
  list.scrollTop = Number(forTab.get("baton.list-scroll") ?? 0);
  addEventListener("pagehide", () => forTab.set("baton.list-scroll", String(list.scrollTop)));
  dress();
}
