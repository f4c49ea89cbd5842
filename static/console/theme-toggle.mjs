import { forBrowser } from "./stored.mjs";

const ORDER = ["auto", "light", "dark"];
const WORDS = { auto: "Colours: as the system", light: "Colours: light", dark: "Colours: dark" };
const root = document.documentElement;
const button = document.querySelector("[data-theme-toggle]");

function current() {
  return root.dataset.theme ?? "auto";
}

function show(theme) {
  button.title = WORDS[theme];
  button.setAttribute("aria-label", WORDS[theme]);
  for (const icon of button.querySelectorAll("[data-theme-icon]")) icon.hidden = icon.dataset.themeIcon !== theme;
}

function choose(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  forBrowser.set("baton.theme", theme === "auto" ? "" : theme);
  show(theme);
}

if (button) {
  button.hidden = false;
  show(current());
  button.addEventListener("click", () => choose(ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length]));
}
