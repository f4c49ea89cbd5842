/** What can be done with a line: answer it, react to it, send it again, go to the line it speaks of. */

import { Refusal, request } from "./fetching.mjs";
import { toast } from "./notices.mjs";

const QUOTED = 160;
const SHOWN_FOR = 2000;
const lines = document.getElementById("lines");
const reactions = document.getElementById("reactions");
let opener = null;

/** As the browser would send it; what the button says goes along only while it can be pressed. */
async function post(form, button, done) {
  const url = button.hasAttribute("formaction") ? button.formAction : form.action;
  const body = new FormData(form, button);
  button.disabled = true;
  try {
    await request(url, { method: "POST", body });
  } catch (error) {
    toast(error instanceof Refusal ? error.message : "No answer from the server. Please try again.");
  } finally {
    button.disabled = false;
    done();
  }
}

/** What a line says, on one row. */
export function said(row) {
  const words = [...row.querySelectorAll(".words")].map((element) => element.textContent.trim()).join(" ");
  return (words || row.dataset.said || "").replace(/\s+/g, " ");
}

function quote(row) {
  const text = said(row);
  const detail = { seq: Number(row.dataset.seq), text: text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text };
  document.dispatchEvent(new CustomEvent("baton:quote", { detail, bubbles: true }));
}

/** The emojis stand above the line's button, wholly on the page. */
function offer(button, row) {
  opener = button;
  reactions.elements.seq.value = row.dataset.seq;
  reactions.showPopover();
  const place = button.getBoundingClientRect();
  const { width, height } = reactions.getBoundingClientRect();
  const left = Math.max(8, Math.min(place.left + place.width / 2 - width / 2, innerWidth - width - 8));
  reactions.style.left = `${left}px`;
  reactions.style.top = `${place.top - height - 6 > 8 ? place.top - height - 6 : place.bottom + 6}px`;
  reactions.querySelector("button").focus();
}

/** Shows the line, for a moment marked; one that is not on the page is looked up on the whole conversation's. */
function goTo(id) {
  const row = document.getElementById(id);
  if (!row?.matches("#lines > li:not([hidden])")) return false;
  row.scrollIntoView({ block: "center" });
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.dataset.shown = "";
  setTimeout(() => delete row.dataset.shown, SHOWN_FOR);
  return true;
}

function follow(event, link) {
  const url = new URL(link.href);
  if (url.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const id = url.hash.slice(1);
  if (goTo(id)) return;
  if (!("hasEarlier" in lines.dataset)) return toast("That message is not shown here.");
  const whole = new URL(location.href);
  whole.searchParams.set("all", "1");
  whole.hash = id;
  location.assign(whole);
}

function chosen(event) {
  const tool = event.target.closest("[data-tool]");
  const row = event.target.closest("li.line");
  if (tool?.dataset.tool === "quote") quote(row);
  if (tool?.dataset.tool === "react") offer(tool, row);
  const link = event.target.closest("a[data-line-link]");
  if (link) follow(event, link);
}

function submitted(event, done) {
  if (event.target.id !== "line-verb" && event.target !== reactions) return;
  event.preventDefault();
  if (event.target === reactions) {
    reactions.hidePopover();
    opener?.focus({ preventScroll: true });
  }
  post(event.target, event.submitter, done);
}

/** A line named in the address is shown once the page has gone to its end. */
export function startLineTools(done) {
  lines.dataset.tools = "";
  lines.addEventListener("click", chosen);
  document.querySelector(".calls")?.addEventListener("click", chosen);
  document.addEventListener("submit", (event) => submitted(event, done));
  document.getElementById("scroll").addEventListener("scroll", () => reactions.hidePopover(), { passive: true });
  if (location.hash.startsWith("#line-")) goTo(location.hash.slice(1));
}
