// The attachment menu: samples of every kind, or a file of one's own.

import { button } from "./dom.mjs";
import { icon } from "./icons.mjs";

const ENTRIES = [
  ["photo", "Photo", { type: "image" }],
  ["video", "Video", { type: "video" }],
  ["voice", "Voice", { type: "audio" }],
  ["document", "Document", { type: "document" }],
  ["sticker", "Sticker", { type: "sticker" }],
  ["location", "Location", { type: "location" }],
  ["contact", "Contact", { type: "contacts" }],
];

function kindOf(file) {
  const [family] = file.type.split("/");
  if (file.type === "image/webp") return { type: "sticker" };
  if (family === "audio") return { type: "audio", voice: "0" };
  return { type: family === "image" || family === "video" ? family : "document" };
}

export class AttachMenu {
  #toggle;
  #menu;

  constructor(toggle, menu, chooser, send) {
    this.#toggle = toggle;
    this.#menu = menu;
    for (const [picture, name, fields] of ENTRIES) this.#add(picture, name, () => send(fields));
    this.#add("file", "Own file\u2026", () => chooser.click());
    chooser.addEventListener("change", () => {
      const [file] = chooser.files;
      if (file) send(kindOf(file), file);
      chooser.value = "";
    });
    toggle.addEventListener("click", () => this.show(menu.hidden));
    document.addEventListener("click", (event) => event.target.closest(".attach") || this.show(false));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || menu.hidden) return;
      this.show(false);
      toggle.focus();
    });
  }

  show(isShown) {
    this.#menu.hidden = !isShown;
    this.#toggle.setAttribute("aria-expanded", String(isShown));
  }

  #add(picture, name, onClick) {
    const node = button("", name, () => {
      this.show(false);
      this.#toggle.focus();
      onClick();
    });
    node.prepend(icon(picture));
    this.#menu.append(node);
  }
}
