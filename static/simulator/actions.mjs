// What one may do with a bubble: react, reply, edit, delete.

import { button, element } from "./dom.mjs";
import { isMedia } from "./media.mjs";

// Thumbs up, heart, laughing, astonished, sad, thanks.
const EMOJIS = [
  ["\u{1F44D}", "Thumbs up"],
  ["\u2764\uFE0F", "Heart"],
  ["\u{1F602}", "Laughing"],
  ["\u{1F62E}", "Astonished"],
  ["\u{1F622}", "Sad"],
  ["\u{1F64F}", "Thanks"],
];
const EDIT_WITHIN_MS = 15 * 60 * 1000;

function emojiRow(line, does) {
  const row = element("div", "emojis");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "React");
  for (const [emoji, name] of EMOJIS) {
    const isSet = line.reactions.customer === emoji;
    const node = button("emoji", emoji, () => {
      does.sheet.close();
      does.send(isSet ? { type: "reaction", target: line.id, remove: "1" } : { type: "reaction", target: line.id, emoji });
    });
    node.setAttribute("aria-label", name);
    node.setAttribute("aria-pressed", String(isSet));
    row.append(node);
  }
  return row;
}

function mayEdit(line, now) {
  const hasWords = line.type === "text" || (isMedia(line.type) && line.type !== "audio" && line.type !== "sticker");
  return line.by === "customer" && hasWords && now - new Date(line.at) < EDIT_WITHIN_MS;
}

export function openActions(line, does) {
  const { sheet } = does;
  const choices = [sheet.choice("Reply", () => does.reply(line), { picture: "reply" })];
  if (mayEdit(line, does.now())) {
    choices.push(sheet.choice("Edit", () => does.edit(line), { picture: "edit", note: "Reaches numbers that share a phone app" }));
  }
  if (line.by === "customer" && line.type !== "call") {
    choices.push(
      sheet.choice("Delete for everyone", () => does.send({ type: "revoke", target: line.id }), { picture: "remove", className: "grave" }),
    );
  }
  sheet.open("This message", emojiRow(line, does), sheet.group("", ...choices));
}
