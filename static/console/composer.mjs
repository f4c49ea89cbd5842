/** The composer: what is written is never lost, never sent twice, and never mistaken for the other kind. */

import { asVoice, attached, detach, longest, startAttaching, takesNoCaption, uploaded, uploadEnded } from "./attaching.mjs";
import { serverNow } from "./countdown.mjs";
import { Refusal, request } from "./fetching.mjs";
import { quoteNothing, startQuoting } from "./quoting.mjs";
import { startSendForms } from "./sendforms.mjs";
import { forTab } from "./stored.mjs";
import { startSuggesting, suggestionOver } from "./suggesting.mjs";
import { startTemplates } from "./templates.mjs";
import { forgetToken, renewToken } from "./tokens.mjs";
import { looks, pausesFirst, stops, writes } from "./typing.mjs";
import { upload } from "./uploading.mjs";

const COUNT_FROM = 300;
const NO_ANSWER = "No answer from the server. Try again: it is not sent twice.";
/** A timer cannot wait longer than this; a later end is looked at again when the gate is drawn anew. */
const LONGEST_TIMER = 2 ** 31 - 1;
const form = document.getElementById("composer");
const body = document.getElementById("body");
const trouble = document.getElementById("composer-trouble");
let sending = false;
let closing = 0;
let changed = () => {};

function kind() {
  return form.elements.kind.value;
}

function draftKey(of = kind()) {
  return `baton.draft.${of}.${form.dataset.draft}`;
}

function gate() {
  return document.querySelector("#part-gate .gate").dataset;
}

function windowLeft() {
  const end = Date.parse(gate().window ?? "");
  return Number.isNaN(end) ? Infinity : end - serverNow();
}

function mayReply() {
  return gate().mayReply === "true" && windowLeft() > 0;
}

function file() {
  return kind() === "reply" ? attached() : null;
}

/** Open or close the composer as the gate says; a note may always be written. */
export function applyGate() {
  const shut = kind() === "reply" && !mayReply();
  form.dataset.kind = kind();
  body.readOnly = sending;
  body.disabled = shut;
  body.required = !file();
  body.placeholder = placeholder(shut);
  document.getElementById("attach").disabled = shut || sending;
  document.getElementById("suggest").hidden = gate().holds !== "true" || shut;
  for (const item of document.querySelectorAll("[data-reply-item]")) item.disabled = shut;
  for (const item of document.querySelectorAll("[data-template-item]")) item.disabled = gate().mayTemplate !== "true";
  measure();
  const nothing = !body.value.trim() && !file();
  document.getElementById("send").disabled = shut || sending || tooLong() || nothing;
  closeInTime();
  looks(gate());
}

function placeholder(shut) {
  if (kind() === "note") return "Write a note for your team";
  if (shut) return "No reply from here now. A note is always possible.";
  if (takesNoCaption()) return "WhatsApp shows no words with this file";
  return file() ? "Write a caption" : "Write a reply";
}

/** The window closes by the server's clock while the page stands open: so does the composer, with the way on. */
function closeInTime() {
  clearTimeout(closing);
  const left = windowLeft();
  if (gate().mayReply !== "true" || left <= 0) return;
  closing = setTimeout(() => {
    applyGate();
    changed();
  }, Math.min(left + 500, LONGEST_TIMER));
}

function most() {
  return kind() === "reply" ? longest() : Number(JSON.parse(form.dataset.limits).text);
}

function tooLong() {
  return length() > most();
}

function length() {
  return [...body.value.trim()].length;
}

function measure() {
  const counter = document.getElementById("counter");
  const count = length();
  counter.hidden = count < most() - COUNT_FROM;
  counter.textContent = `${count} of ${most()}`;
  counter.dataset.level = tooLong() ? "late" : "soon";
}

function typed() {
  trouble.textContent = "";
  forTab.set(draftKey(), body.value);
  applyGate();
  if (kind() !== "reply") return;
  if (body.value.trim()) writes(gate());
  else stops();
}

function switched() {
  trouble.textContent = "";
  body.value = forTab.get(draftKey()) ?? "";
  applyGate();
}

async function deliver() {
  if (kind() === "reply") await pausesFirst(gate());
  if (!file()) return request(form.action, { method: "POST", body: new FormData(form) });
  const data = new FormData(form);
  data.set("file", file());
  data.set("caption", data.get("body"));
  data.set("voice", asVoice() ? "1" : "0");
  for (const name of ["body", "kind"]) data.delete(name);
  return upload(form.dataset.fileUrl, data, uploaded);
}

async function send(done) {
  if (sending || document.getElementById("send").disabled) return;
  const chosen = file();
  renewToken(form, chosen ? [chosen.name, chosen.size, chosen.lastModified, asVoice()] : []);
  const [key, isReply] = [draftKey(), kind() === "reply"];
  sending = true;
  trouble.textContent = "";
  const sent = deliver();
  applyGate();
  try {
    await sent;
    forTab.set(key, "");
    forgetToken(form);
    if (isReply) {
      detach();
      quoteNothing();
      suggestionOver();
      stops();
    }
    switched();
  } catch (error) {
    trouble.textContent = error instanceof Refusal ? error.message : NO_ANSWER;
  } finally {
    sending = false;
    uploadEnded();
    applyGate();
    body.focus();
    done();
  }
}

/** Go to the composer, for a reply or a note. */
export function write(what) {
  form.elements.kind.value = what;
  switched();
  if (body.disabled) document.querySelector("#part-gate button")?.focus();
  else body.focus();
}

function refuse(words) {
  trouble.textContent = words;
}

export function startComposer(done) {
  changed = done;
  switched();
  startAttaching({ may: () => kind() === "reply" && mayReply() && !sending, refuse, changed: typed });
  startSendForms();
  startTemplates();
  startSuggesting(refuse);
  startQuoting(() => write("reply"));
  body.addEventListener("input", typed);
  for (const choice of form.elements.kind) choice.addEventListener("change", switched);
  document.addEventListener("visibilitychange", () => looks(gate()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(done);
  });
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    send(done);
  });
}
