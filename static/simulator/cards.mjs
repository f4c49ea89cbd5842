// Places, people, orders and calls.

import { button, drawing, element, initials, words } from "./dom.mjs";
import { icon } from "./icons.mjs";

export function place(line) {
  const card = element("div", "media place");
  const roads = "M0 78 70 60l50-60M70 60l36 50M106 110l50-58 64-12";
  card.append(drawing("0 0 220 110", roads, "M110 68s22-20 22-37a22 22 0 0 0-44 0c0 17 22 37 22 37Z"));
  const { name, address, latitude, longitude } = line.content;
  const shown = [card, words("words label", line.text || name || "Location")];
  if (address || latitude !== undefined) shown.push(words("small", address || `${latitude}, ${longitude}`));
  return shown;
}

export function people(line) {
  const cards = Array.isArray(line.content) ? line.content : [];
  if (!cards.length) return [words("words label", line.text || "Contact")];
  return cards.map((card) => {
    const name = card.name?.formatted_name || "Contact";
    const node = element("div", "contact-card");
    const avatar = element("span", "avatar hue-3", initials(name));
    avatar.setAttribute("aria-hidden", "true");
    const middle = element("div");
    middle.append(words("words label", name));
    for (const phone of card.phones ?? []) middle.append(words("small", phone.phone ?? ""));
    if (card.origin === "contact_request") middle.append(element("p", "small", "Shared with the shop"));
    node.append(avatar, middle);
    return node;
  });
}

export function order(line) {
  const items = line.content.product_items ?? [];
  if (!items.length) return [words("words label", line.text || "Order")];
  const count = items.reduce((sum, item) => sum + Number(item.quantity), 0);
  const price = items.reduce((sum, item) => sum + item.quantity * item.item_price, 0);
  const node = element("div", "contact-card");
  const middle = element("div");
  middle.append(words("words label", `Order: ${count} ${count === 1 ? "item" : "items"}`));
  middle.append(element("p", "small", `${price.toFixed(2)} ${items[0]?.currency ?? ""}`));
  if (line.text) middle.append(words("words", line.text));
  node.append(icon("order"), middle);
  return [node];
}

export function call(line, does) {
  const node = element("div", "contact-card");
  const middle = element("div");
  middle.append(words("words label", "Voice call"), element("p", "small", line.text));
  node.append(icon("call"), middle);
  if (line.content.ended) return [node];
  return [node, tail(button("tail", "Hang up", () => does.hangUp(line)))];
}

// The buttons that WhatsApp puts under a message.
export function tail(...buttons) {
  const node = element("div", "tails");
  node.append(...buttons);
  return node;
}
