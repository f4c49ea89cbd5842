// The field one writes in, with what it answers or edits above it.

import { setText } from "./dom.mjs";
import { summary } from "./kinds.mjs";

export class Composer {
  #form;
  #text;
  #bar;
  #send;
  #drafts = new Map();
  #about = null;

  // `send(fields)`: resolves to whether it was taken.
  constructor(form, bar, send) {
    this.#form = form;
    this.#text = form.elements.text;
    this.#bar = bar;
    this.#send = send;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#about) {
        event.stopPropagation();
        this.forgetAbout();
      }
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    bar.querySelector("button").addEventListener("click", () => this.forgetAbout());
  }

  // The line that the next message answers; sent along with whatever is sent.
  get replyTo() {
    return this.#about?.verb === "reply" ? this.#about.line.id : "";
  }

  reply(line) {
    this.#show("reply", line, line.by === "customer" ? "Reply to yourself" : "Reply to the shop");
  }

  edit(line) {
    this.#show("edit", line, "Edit your message");
    this.#text.value = line.text;
  }

  forgetAbout() {
    if (this.#about?.verb === "edit") this.#text.value = "";
    this.#about = null;
    this.#bar.hidden = true;
    this.#text.focus();
  }

  // The words written so far, out of the field.
  takeWords() {
    const words = this.#text.value.trim();
    this.#text.value = "";
    return words;
  }

  change(from, to) {
    if (this.#about) this.forgetAbout();
    if (from) this.#drafts.set(from, this.#text.value);
    this.#text.value = this.#drafts.get(to.id) ?? "";
    this.#text.lang = to.lang;
  }

  focus() {
    this.#text.focus();
  }

  // Sending took the quote with it.
  used() {
    this.#about = null;
    this.#bar.hidden = true;
  }

  #show(verb, line, title) {
    this.#about = { verb, line };
    setText(this.#bar.querySelector("strong"), title);
    setText(this.#bar.querySelector("span"), summary(line));
    this.#bar.hidden = false;
    this.#text.focus();
  }

  async #submit() {
    const words = this.#text.value.trim();
    if (!words) return;
    const about = this.#about;
    this.#text.value = "";
    const fields = about?.verb === "edit" ? { type: "edit", target: about.line.id, text: words } : { type: "text", text: words };
    if (!(await this.#send(fields))) this.#text.value ||= words;
    this.#text.focus();
  }
}
