// The chat's lines. A line is put in once and then only what has changed is redrawn, so that readers hear it once.

import { button, element, setText, words } from "./dom.mjs";
import { call, order, people, place } from "./cards.mjs";
import { icon } from "./icons.mjs";
import { interactive, template } from "./interactive.mjs";
import { nameOf, summary } from "./kinds.mjs";
import { drawMedia, isMedia } from "./media.mjs";
import { ticks } from "./ticks.mjs";

const isOnScreen = (line) => line.by !== "business" || line.status === "delivered" || line.status === "read";
const dayOf = (moment) => moment.toLocaleDateString("en-CA");
const clockTime = (moment) => moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

const TAGS = {
  forwarded: "Forwarded",
  "forwarded often": "Forwarded many times",
  ad: "From an ad",
  standby: "Meta\u2019s agent held the chat",
  "business phone": "Written on the shop\u2019s own phone",
};

export function dayName(day, now) {
  const yesterday = new Date(now.getTime() - 24 * 3600 * 1000);
  if (day === dayOf(now)) return "Today";
  if (day === dayOf(yesterday)) return "Yesterday";
  const noon = new Date(`${day}T12:00`);
  return noon.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

const DRAW = {
  text: (line) => [words("words", line.text)],
  button: (line) => [words("words", line.text)],
  location: place,
  contacts: people,
  order,
  call,
  interactive,
  template,
};

function content(line, does) {
  if (line.deleted) return [words("words gone", line.by === "customer" ? "You deleted this message" : "This message was deleted")];
  if (isMedia(line.type)) return drawMedia(line);
  return DRAW[line.type]?.(line, does) ?? [words("words label odd", line.text || nameOf(line))];
}

function tag(line) {
  const named = line.tags.map((one) => TAGS[one] ?? one);
  return named.length && !line.deleted ? [element("p", "tag", named.join(" · "))] : [];
}

const look = (line) => JSON.stringify([line.text, line.content, line.tags, line.edited, line.deleted, line.reply_to]);

export class Chat {
  #log;
  #empty;
  #typing;
  #does;
  #isAtEnd = true;
  #rows = new Map();
  #lines = new Map();

  // `does`: what a tap in a bubble may do (send, hangUp, call, copy, sheet, actions).
  constructor(log, empty, typing, does) {
    this.#log = log;
    this.#empty = empty;
    this.#typing = typing;
    this.#does = does;
    log.addEventListener("scroll", () => {
      this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    });
    // Pictures and films grow when they have come.
    for (const event of ["load", "loadedmetadata"]) log.addEventListener(event, () => this.#stay(), true);
  }

  clear() {
    this.#rows.clear();
    this.#lines.clear();
    this.#log.replaceChildren(this.#empty, this.#typing);
    this.#empty.hidden = false;
    this.#typing.hidden = true;
    this.#isAtEnd = true;
  }

  last(test) {
    return [...this.#lines.values()].filter((line) => isOnScreen(line) && test(line)).at(-1);
  }

  // Puts in what is new, updates what has changed, and stays at the end when the reader was there.
  show(lines, now) {
    const wasAtEnd = this.#isAtEnd;
    for (const line of lines) {
      this.#lines.set(line.id, line);
      if (isOnScreen(line)) this.#put(line, now);
    }
    this.#empty.hidden = this.#rows.size > 0;
    this.#isAtEnd = wasAtEnd;
    this.#stay();
  }

  showTyping(isTyping) {
    if (this.#typing.hidden !== isTyping) return;
    const wasAtEnd = this.#isAtEnd;
    this.#typing.hidden = !isTyping;
    this.#isAtEnd = wasAtEnd;
    this.#stay();
  }

  toEnd() {
    this.#isAtEnd = true;
    this.#stay();
  }

  nameDays(now) {
    for (const node of this.#log.querySelectorAll(".day[data-day]")) setText(node, dayName(node.dataset.day, now));
  }

  #stay() {
    if (this.#isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #put(line, now) {
    let row = this.#rows.get(line.id);
    if (!row) {
      row = line.by === "notice" ? element("p", "day remark", line.text) : element("div", `line ${line.by}`);
      this.#rows.set(line.id, row);
      this.#startDay(dayOf(new Date(line.at)), now);
      this.#typing.before(row);
    }
    if (line.by !== "notice") this.#draw(row, line);
  }

  #draw(row, line) {
    const looks = look(line);
    if (row.dataset.look !== looks) {
      row.dataset.look = looks;
      row.dataset.status = "";
      row.replaceChildren(this.#bubble(line));
    }
    if (line.by === "customer" && row.dataset.status !== line.status) {
      row.dataset.status = line.status;
      row.querySelector(".ticks")?.remove();
      row.querySelector(".foot").append(ticks(line.status));
    }
    this.#react(row, line);
  }

  #bubble(line) {
    const body = element("div", `bubble is-${line.type}`);
    const speaker = element("span", "hidden", line.by === "customer" ? "You: " : "The shop: ");
    const foot = element("span", "foot");
    const time = element("time", "", clockTime(new Date(line.at)));
    time.dateTime = line.at;
    if (line.edited) foot.append(element("span", "", "edited"));
    foot.append(time);
    const drawn = content(line, this.#does);
    const tails = drawn.at(-1)?.className === "tails" ? [drawn.pop()] : [];
    body.append(speaker, ...tag(line), ...this.#quote(line), ...drawn, foot, ...tails);
    if (!line.deleted) body.append(this.#handle(line));
    return body;
  }

  #handle(line) {
    const node = button("handle", "", () => this.#does.actions(this.#lines.get(line.id)));
    node.setAttribute("aria-label", "Reply, react and more");
    node.setAttribute("aria-haspopup", "dialog");
    node.append(icon("down"));
    return node;
  }

  #quote(line) {
    if (!line.reply_to || line.deleted) return [];
    const quoted = this.#lines.get(line.reply_to);
    const node = element("div", `quote ${quoted?.by ?? ""}`);
    node.append(element("span", "quote-who", quoted?.by === "customer" ? "You" : "The shop"));
    node.append(words("quote-words", quoted ? summary(quoted) : "Earlier message", "span"));
    return [node];
  }

  #react(row, line) {
    const shown = Object.entries(line.reactions ?? {});
    const looks = JSON.stringify(shown);
    if ((row.dataset.reactions ?? "[]") === looks) return;
    row.dataset.reactions = looks;
    row.querySelector(".reactions")?.remove();
    if (!shown.length) return;
    const node = element("p", "reactions");
    for (const [by, emoji] of shown) {
      const one = element("span", "", emoji);
      one.title = by === "customer" ? "Your reaction" : "The shop\u2019s reaction";
      node.append(element("span", "hidden", `${one.title}: `), one);
    }
    row.append(node);
  }

  #startDay(day, now) {
    const days = this.#log.querySelectorAll(".day[data-day]");
    if (days.length && days[days.length - 1].dataset.day === day) return;
    const node = element("p", "day", dayName(day, now));
    node.dataset.day = day;
    this.#typing.before(node);
  }
}
