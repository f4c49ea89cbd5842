// Messages of the business with something to tap, and the customer's answers to them.

import { button, element, words } from "./dom.mjs";
import { icon } from "./icons.mjs";
import { tail } from "./cards.mjs";
import { drawMedia, isMedia } from "./media.mjs";

function tailButton(text, onClick, picture = "") {
  const node = button("tail", "", onClick);
  if (picture) node.append(icon(picture));
  node.append(words("", text, "span"));
  return node;
}

function linkOut(text, url) {
  const node = element("a", "tail");
  if (/^https?:/i.test(url ?? "")) node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  node.append(icon("link"), words("", text, "span"));
  return node;
}

function header(given) {
  if (!given) return [];
  if (given.type === "text" || given.text) return [words("heading", given.text ?? "")];
  if (!isMedia(given.type)) return [];
  return drawMedia({ type: given.type, content: given[given.type] ?? {}, text: " " }).slice(0, 1);
}

function frame({ head, body, footer }, ...buttons) {
  const shown = [...header(head), words("words", body)];
  if (footer) shown.push(words("small", footer));
  return buttons.length ? [...shown, tail(...buttons)] : shown;
}

function openList(line, action, does) {
  const sections = action.sections ?? [];
  const groups = sections.map((section) =>
    does.sheet.group(
      section.title ?? "",
      ...(section.rows ?? []).map((row) =>
        does.sheet.choice(row.title, () => does.send({ ...answer(line, "list_reply", row), description: row.description ?? "" }), {
          note: row.description,
        }),
      ),
    ),
  );
  does.sheet.open(action.button ?? "Choose", ...groups);
}

const answer = (line, type, { id, title }) => ({ type, id, title, reply_to: line.id });

export function openFlow(line, title, does) {
  const send = (broken) => () => does.send({ type: "nfm_reply", broken, reply_to: line?.id ?? "" });
  does.sheet.open(
    title,
    does.sheet.group(
      "",
      does.sheet.choice("Fill in and send", send("0"), { note: "The answers arrive as JSON", picture: "flow" }),
      does.sheet.choice("Send answers that break off", send("1"), { note: "JSON that cannot be read", picture: "flow" }),
    ),
  );
}

const BUTTONS = {
  button: (line, action, does) =>
    (action.buttons ?? []).map(({ reply }) => tailButton(reply.title, () => does.send(answer(line, "button_reply", reply)), "reply")),
  list: (line, action, does) => [tailButton(action.button ?? "Choose", () => openList(line, action, does), "list")],
  cta_url: (line, action) => [linkOut(action.parameters?.display_text ?? "Open", action.parameters?.url)],
  flow: (line, action, does) => {
    const title = action.parameters?.flow_cta ?? "Open the form";
    return [tailButton(title, () => openFlow(line, title, does), "flow")];
  },
  location_request_message: (line, action, does) => [
    tailButton("Send location", () => does.send({ type: "location", reply_to: line.id }), "location"),
  ],
  request_contact_info: (line, action, does) => [
    tailButton("Share my number", () => does.send({ type: "contact_request", reply_to: line.id }), "contact"),
  ],
  call_permission_request: (line, action, does) => [
    tailButton("Allow calls", () => does.send({ type: "call_permission_reply", accepts: "1", reply_to: line.id }), "call"),
    tailButton("Decline", () => does.send({ type: "call_permission_reply", accepts: "0", reply_to: line.id })),
  ],
};

export function interactive(line, does) {
  const { content } = line;
  if (line.by === "customer") return replied(line);
  const buttons = BUTTONS[content.type]?.(line, content.action ?? {}, does) ?? [];
  return frame({ head: content.header, body: line.text, footer: content.footer?.text }, ...buttons);
}

function replied(line) {
  const { type } = line.content;
  if (type === "nfm_reply") return [words("words label", "Form filled in")];
  if (type === "call_permission_reply") {
    const allowed = line.content.call_permission_reply?.response === "accept";
    return [words("words label", allowed ? "You allowed calls" : "You declined calls")];
  }
  const note = line.content.list_reply?.description;
  return note ? [words("words", line.text), words("small", note)] : [words("words", line.text)];
}

const TEMPLATE_BUTTONS = {
  QUICK_REPLY: (line, one, does) =>
    tailButton(one.text, () => does.send({ type: "button", id: one.payload ?? one.text, title: one.text, reply_to: line.id }), "reply"),
  URL: (line, one) => linkOut(one.text, one.url),
  PHONE_NUMBER: (line, one, does) => tailButton(one.text, () => does.call(), "call"),
  COPY_CODE: (line, one, does) => tailButton(one.text ?? "Copy code", () => does.copy(one.code ?? ""), "document"),
  FLOW: (line, one, does) => tailButton(one.text, () => openFlow(line, one.text, does), "flow"),
  REQUEST_CONTACT_INFO: (line, one, does) =>
    tailButton(one.text ?? "Share my number", () => does.send({ type: "contact_request", reply_to: line.id }), "contact"),
};

// `content.rendered` is the approved text with the values filled in, as the stand-in renders it.
export function template(line, does) {
  const shown = line.content.rendered;
  if (!shown) return [words("words", line.text || line.content.name || "Message")];
  const buttons = (shown.buttons ?? []).map((one) => TEMPLATE_BUTTONS[one.type]?.(line, one, does)).filter(Boolean);
  return frame({ head: shown.header, body: shown.body ?? line.text, footer: shown.footer }, ...buttons);
}
