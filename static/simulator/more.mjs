// Odd things for testers: what reaches a desk rarely, and must be borne all the same.

import { element } from "./dom.mjs";
import { openFlow } from "./interactive.mjs";

export function openMore(does) {
  const { sheet } = does;
  const send = (name, fields, note = "") => sheet.choice(name, () => does.send({ text: "", ...fields }), { note });
  const say = (name, fields, sample) =>
    sheet.choice(name, () => does.send({ type: "text", text: does.takeWords() || sample, ...fields }));
  const act = (name, path, fields, note = "") => sheet.choice(name, () => does.act(path, fields), { note });

  sheet.open(
    "Odd things to try",
    element("p", "note sheet-note", "What you have typed in the message field is used where words are needed."),
    sheet.group(
      "Messages",
      say("Forwarded", { forwarded: "once" }, "Have you seen this lamp?"),
      say("Forwarded many times", { forwarded: "often" }, "Send this to ten friends"),
      say("From an ad", { referral: "1" }, "Hello! Can I get more info on this?"),
      say("While Meta\u2019s agent holds the chat", { field: "standby" }, "Is somebody there?"),
      send("Order from the catalogue", { type: "order" }),
      sheet.choice("Answers of a form", () => openFlow(null, "Form", does), { note: "Whole, or broken off" }),
      send("Poll", { type: "unsupported", of: "poll" }, "A kind that WhatsApp does not pass on"),
      send("File over 100 MB", { type: "unsupported", code: "131052" }, "Only an error arrives"),
      send("Kind that nobody knows", { type: "hologram" }),
    ),
    sheet.group(
      "This person",
      act("New phone number", "system", { change: "user_changed_number" }, "Brings a new user ID with it"),
      act("New user ID", "system", { change: "user_changed_user_id" }),
      act("New device", "system", { change: "customer_identity_changed" }, "The security code changes"),
      act("Stop offers", "preferences", { value: "stop" }, "No more marketing messages"),
      act("Resume offers", "preferences", { value: "resume" }),
    ),
    sheet.group(
      "The shop\u2019s own phone app",
      sheet.choice("It writes", () => does.act("echo", { text: does.takeWords() || "I have put one aside for you." })),
      sheet.choice("It edits its last message", () => does.onLastOfShop((line) => does.act("echo", { type: "edit", target: line.id, text: does.takeWords() || "Corrected: until Tuesday." }))),
      sheet.choice("It deletes its last message", () => does.onLastOfShop((line) => does.act("echo", { type: "revoke", target: line.id }))),
      act("It shares this chat\u2019s history", "history", {}),
    ),
  );
}
