// One sheet that slides up within the phone. The rest of the phone is inert while it is open; Escape closes it.

import { button, element } from "./dom.mjs";
import { icon } from "./icons.mjs";

export class Sheet {
  #node;
  #title;
  #body;
  #back = null;

  constructor(node) {
    this.#node = node;
    this.#title = node.querySelector("h2");
    this.#body = node.querySelector(".sheet-body");
    node.addEventListener("click", (event) => {
      if (event.target === node || event.target.closest(".sheet-close")) this.close();
    });
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  open(title, ...parts) {
    this.#back = document.activeElement;
    this.#title.textContent = title;
    this.#body.replaceChildren(...parts);
    this.#others((node) => (node.inert = true));
    this.#node.hidden = false;
    (this.#body.querySelector("button, a[href], input") ?? this.#node.querySelector(".sheet-close")).focus();
  }

  close() {
    if (this.#node.hidden) return;
    this.#node.hidden = true;
    this.#others((node) => (node.inert = false));
    this.#back?.focus({ preventScroll: true });
  }

  // A choice that closes the sheet.
  choice(text, onClick, { note = "", picture = "", className = "" } = {}) {
    const node = button(`choice ${className}`, "", () => {
      this.close();
      onClick();
    });
    if (picture) node.append(icon(picture));
    const middle = element("span", "choice-words");
    const name = element("span", "", text);
    name.dir = "auto";
    middle.append(name);
    if (note) middle.append(element("span", "note", note));
    node.append(middle);
    return node;
  }

  group(title, ...choices) {
    const node = element("div", "choices");
    node.setAttribute("role", "group");
    if (title) {
      node.setAttribute("aria-label", title);
      node.append(element("h3", "", title));
    }
    node.append(...choices);
    return node;
  }

  #others(change) {
    for (const node of this.#node.parentElement.children) if (node !== this.#node) change(node);
  }
}
