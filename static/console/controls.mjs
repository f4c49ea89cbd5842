/** Dialogs, the right pane on small screens, and the keyboard. */

import { write } from "./composer.mjs";
import { freshen } from "./handing.mjs";
import { move } from "./list.mjs";
import { startMenus } from "./menus.mjs";

const desk = document.getElementById("desk");
const search = document.getElementById("search");

function onClick(event) {
  const opener = event.target.closest("[data-dialog]");
  const closer = event.target.closest("[data-dialog-close]");
  const toggle = event.target.closest("[data-context-toggle]");
  const back = event.target.closest("[data-back]");
  if (back) back.search = location.search; // to the tab one came from
  const control = opener ?? closer ?? toggle;
  if (!control) return;
  event.preventDefault();
  if (opener) open(opener);
  if (closer) closer.closest("dialog").close();
  if (toggle) toggleContext();
}

function open(opener) {
  opener.closest("details[data-menu]")?.removeAttribute("open");
  const dialog = document.getElementById(opener.dataset.dialog);
  if (dialog.open) return;
  for (const place of dialog.querySelectorAll("[data-trouble]")) place.textContent = "";
  fill(dialog, opener.dataset);
  dialog.showModal();
  freshen(dialog);
}

/** A dialog that asks about what its button stands for: the colleague's name, say, and their number in a field. */
function fill(dialog, facts) {
  for (const place of dialog.querySelectorAll("[data-fill]")) {
    const given = facts[place.dataset.fill];
    if (given === undefined) continue;
    if (place.matches("input")) place.value = given;
    else place.textContent = given;
  }
}

function toggleContext() {
  const shown = desk.classList.toggle("desk--context");
  document.getElementById(shown ? "part-context" : "main").focus();
}

const opened = Boolean(document.body.dataset.conversation);
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  "/": () => search.select(),
  r: () => opened && write("reply"),
  n: () => opened && write("note"),
  "?": () => document.getElementById("shortcuts").showModal(),
};

function isTyping(target) {
  return target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}

function onKey(event) {
  if (event.key === "Escape" && document.querySelector("details[data-menu][open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "Escape" && desk.classList.contains("desk--context")) return toggleContext();
  const arrow = event.key.startsWith("Arrow");
  if (arrow && !event.target.closest("#list")) return; // elsewhere arrows scroll or choose
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
}

export function startControls() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  startMenus(); // after the keys: whoever closes a menu with Escape does nothing else by it
  for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
}
