// The chat's lines: each is put in once and then only its ticks change, so that readers of the log hear it once.

import { drawing, element } from "./dom.mjs";

const CLOCK = "M8 4.5V8l2.3 1.6M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z";
const TICK = "M2 8.5 5.5 12 13 4.5";
const SECOND_TICK = "M8.5 11.2 9.3 12 16.8 4.5";

export const TICKS = {
  sending: "On its way",
  sent: "Sent to WhatsApp",
  delivered: "Arrived at the desk",
  read: "Read by the desk",
};

export function ticks(status) {
  const paths = { sending: [CLOCK], sent: [TICK] }[status] ?? [TICK, SECOND_TICK];
  const mark = element("span", `ticks ${status}`);
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", TICKS[status] ?? status);
  mark.append(drawing("0 0 18 16", ...paths));
  return mark;
}

const isOnScreen = (line) => line.by === "customer" || line.status === "delivered" || line.status === "read";
const dayOf = (moment) => moment.toLocaleDateString("en-CA");
const clockTime = (moment) => moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

export function dayName(day, now) {
  const yesterday = new Date(now.getTime() - 24 * 3600 * 1000);
  if (day === dayOf(now)) return "Today";
  if (day === dayOf(yesterday)) return "Yesterday";
  const noon = new Date(`${day}T12:00`);
  return noon.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

function photo() {
  const card = element("div", "media photo");
  card.append(drawing("0 0 220 130", "M0 130 62 52l44 50 34-34 80 62Z", "M160 44a15 15 0 1 0 .1 0Z"));
  return card;
}

function voice() {
  const card = element("div", "media voice");
  const bars = [5, 11, 17, 9, 14, 22, 12, 7, 18, 10, 15, 21, 8, 13, 6, 16, 10, 5];
  const wave = bars.map((height, index) => `M${4 + index * 8} ${14 - height / 2}v${height}`).join("");
  const player = drawing("0 0 24 24", "M8 5.5v13l10.5-6.5Z");
  player.setAttribute("class", "play");
  card.append(player, drawing("0 0 146 28", wave), element("span", "", "0:07"));
  return card;
}

function place() {
  const card = element("div", "media place");
  card.append(drawing("0 0 220 110", "M0 78 70 60l50-60M70 60l36 50M106 110l50-58 64-12", "M110 68s22-20 22-37a22 22 0 0 0-44 0c0 17 22 37 22 37Z"));
  return card;
}

const MEDIA = { image: ["Photo", photo], audio: ["Voice message", voice], location: ["Location", place] };

function content(line) {
  if (line.type === "text") return [element("p", "words", line.text)];
  const [label, draw] = MEDIA[line.type] ?? [line.type, () => ""];
  return [draw(), element("p", "words label", line.text || label)];
}

function bubble(line) {
  const row = element("div", `line ${line.by}`);
  const body = element("div", "bubble");
  const speaker = element("span", "hidden", line.by === "customer" ? "You: " : "The shop: ");
  const foot = element("span", "foot");
  const time = element("time", "", clockTime(new Date(line.at)));
  time.dateTime = line.at;
  foot.append(time);
  body.append(speaker, ...content(line), foot);
  body.querySelector(".words").dir = "auto";
  row.append(body);
  return row;
}

export class Chat {
  #log;
  #empty;
  #rows = new Map();

  constructor(log, empty) {
    this.#log = log;
    this.#empty = empty;
  }

  clear() {
    this.#rows.clear();
    this.#log.replaceChildren(this.#empty);
    this.#empty.hidden = false;
  }

  // Puts in what is new, updates what has changed, and stays at the end when the reader was there.
  show(lines, now) {
    const wasAtEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 80;
    let grew = false;
    for (const line of lines.filter(isOnScreen)) grew = this.#put(line, now) || grew;
    this.#empty.hidden = this.#rows.size > 0;
    if (grew && wasAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  nameDays(now) {
    for (const node of this.#log.querySelectorAll(".day")) {
      const name = dayName(node.dataset.day, now);
      if (node.textContent !== name) node.textContent = name;
    }
  }

  #put(line, now) {
    let row = this.#rows.get(line.id);
    const isNew = !row;
    if (isNew) {
      row = bubble(line);
      this.#rows.set(line.id, row);
      this.#startDay(dayOf(new Date(line.at)), now);
      this.#log.append(row);
    }
    if (line.by === "customer" && row.dataset.status !== line.status) {
      row.dataset.status = line.status;
      row.querySelector(".ticks")?.remove();
      row.querySelector(".foot").append(ticks(line.status));
    }
    return isNew;
  }

  #startDay(day, now) {
    const days = this.#log.querySelectorAll(".day");
    if (days.length && days[days.length - 1].dataset.day === day) return;
    const node = element("p", "day", dayName(day, now));
    node.dataset.day = day;
    this.#log.append(node);
  }
}
