/** The composer: what is written is never lost, never sent twice, and never mistaken for the other kind. */

import { Refusal, request } from "./fetching.mjs";
import { forTab } from "./stored.mjs";

const LONGEST = 4096;
const COUNT_FROM = 3800;
const form = document.getElementById("composer");
const body = document.getElementById("body");
const trouble = document.getElementById("composer-trouble");
let sending = false;
let attempted = "";

function kind() {
  return form.elements.kind.value;
}

function draftKey(of = kind()) {
  return `baton.draft.${of}.${form.dataset.draft}`;
}

/** Open or close the composer as the gate says; a note may always be written. */
export function applyGate() {
  const gate = document.querySelector("#part-gate .gate").dataset;
  const shut = kind() === "reply" && gate.mayReply !== "true";
  form.dataset.kind = kind();
  body.readOnly = sending;
  body.disabled = shut;
  body.placeholder = kind() === "note" ? "Write a note for your team" : shut ? "No reply from here now. A note is always possible." : "Write a reply";
  measure();
  document.getElementById("send").disabled = shut || sending || tooLong() || !body.value.trim();
}

function tooLong() {
  return length() > LONGEST;
}

function length() {
  return [...body.value.trim()].length;
}

function measure() {
  const counter = document.getElementById("counter");
  const count = length();
  counter.hidden = count < COUNT_FROM;
  counter.textContent = `${count} of ${LONGEST}`;
  counter.dataset.level = count > LONGEST ? "late" : "soon";
}

function typed() {
  trouble.textContent = "";
  forTab.set(draftKey(), body.value);
  applyGate();
}

function switched() {
  trouble.textContent = "";
  body.value = forTab.get(draftKey()) ?? "";
  applyGate();
}

/** One token for one text: sent again after a lost answer it is the same message, changed it is another. */
function renewToken() {
  const what = `${kind()} ${body.value}`;
  if (what === attempted) return;
  attempted = what;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  form.elements.token.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(done) {
  if (sending || document.getElementById("send").disabled) return;
  renewToken();
  const sent = new FormData(form);
  const key = draftKey();
  sending = true;
  applyGate();
  try {
    await request(form.action, { method: "POST", body: sent });
    forTab.set(key, "");
    attempted = "";
    switched();
  } catch (error) {
    trouble.textContent = error instanceof Refusal ? error.message : "No answer from the server. Try again: it is not sent twice.";
  } finally {
    sending = false;
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

export function startComposer(done) {
  switched();
  body.addEventListener("input", typed);
  for (const choice of form.elements.kind) choice.addEventListener("change", switched);
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
