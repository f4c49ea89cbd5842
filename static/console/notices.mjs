/** Short words at the edge of the page, and the state of the line at its top. */

const SHOWN_FOR = 8000;
const STATUS = {
  live: "",
  reconnecting: "Reconnecting…",
  polling: "No live connection; looking every few seconds",
  offline: "No connection",
  "signed-out": "You are signed out.",
  gone: "This conversation is no longer yours to see.",
};

export function toast(words) {
  const element = document.createElement("p");
  element.className = "toast";
  element.textContent = words;
  document.getElementById("toasts").append(element);
  setTimeout(() => element.remove(), SHOWN_FOR);
}

export function announce(words) {
  const place = document.getElementById("announce");
  if (place) place.textContent = words;
}

export function lineStatus(state) {
  const element = document.getElementById("line-status");
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  element.querySelector("[data-words]").textContent = STATUS[state];
  element.querySelector("a").hidden = state !== "signed-out";
}
