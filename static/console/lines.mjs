/** The transcript: rows replace what has their id, or go to their place. Applying a row twice changes nothing. */

import { parsed, request } from "./fetching.mjs";

/** Bring the rows of `html` into `list`. Returns the rows that are new on this page. */
export function apply(list, html) {
  const rows = parsed(html).querySelectorAll("li.line");
  const fresh = [...rows].filter((row) => put(list, row));
  if (rows.length) drawDays(list);
  return fresh;
}

function put(list, row) {
  const old = list.querySelector(`#${CSS.escape(row.id)}`);
  if (old) {
    if (Number(row.dataset.revision) > Number(old.dataset.revision)) replace(old, row);
    return false;
  }
  const lines = list.querySelectorAll("li.line");
  let at = lines.length;
  while (at > 0 && comesBefore(row, lines[at - 1])) at -= 1;
  if (at === 0 && lines.length && "hasEarlier" in list.dataset) return false; // it belongs to what is not shown
  if (at === lines.length) list.append(row);
  else lines[at].before(row);
  return true;
}

/** The line as it now is. What plays goes on playing, what was opened stays open, the focus stays. */
function replace(old, row) {
  const focused = old.contains(document.activeElement) ? focusable(old).indexOf(document.activeElement) : -1;
  for (const details of old.querySelectorAll("details[open][id]")) {
    row.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  for (const file of old.querySelectorAll("audio[id], video[id], img[id]")) {
    row.querySelector(`#${CSS.escape(file.id)}`)?.replaceWith(file);
  }
  old.replaceWith(row);
  if (focused >= 0) (focusable(row)[focused] ?? focusable(row).at(-1))?.focus({ preventScroll: true });
}

function focusable(row) {
  return [...row.querySelectorAll("a[href], button, summary, audio, video")];
}

function comesBefore(a, b) {
  if (a.dataset.place !== b.dataset.place) return a.dataset.place < b.dataset.place;
  return Number(a.dataset.seq) < Number(b.dataset.seq);
}

function drawDays(list) {
  let day = "";
  for (const element of list.querySelectorAll("li.day")) element.remove();
  for (const line of list.querySelectorAll("li.line:not([hidden])")) {
    if (line.dataset.day === day) continue;
    day = line.dataset.day;
    line.before(separator(line));
  }
}

function separator(line) {
  const element = document.createElement("li");
  element.className = "day";
  element.dataset.day = line.dataset.day;
  const words = document.createElement("span");
  words.textContent = line.dataset.dayWords;
  element.append(words);
  return element;
}

/** Fetch what changed since the list's revision, until level; `draw(html)` brings each answer onto the page. */
export async function catchUp(list, draw) {
  let more = true;
  while (more) {
    const response = await request(`${list.dataset.url}?after=${list.dataset.revision}`);
    draw(await response.text());
    list.dataset.revision = response.headers.get("X-Baton-Revision");
    more = response.headers.get("X-Baton-More") === "1";
  }
}
