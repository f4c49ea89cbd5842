// The phone: one customer at a time, asked for news while the page is visible.

import * as api from "./api.mjs";
import { Chat, TICKS, ticks } from "./bubbles.mjs";
import { element } from "./dom.mjs";
import { People } from "./people.mjs";

const NEWS_MS = 700;
const PEOPLE_MS = 2500;
const RETRY_MS = 2000;
const OPEN_MS = 8000;
const NOTICE_MS = 5000;
const DAY_MS = 24 * 3600 * 1000;

const at = (id) => document.getElementById(id);
const form = at("composer");
const text = at("text");
const chat = new Chat(at("log"), at("empty"));
const people = new People(at("people"), choose);

const state = { customers: [], chosen: "", number: "", revision: 0, skew: 0, ahead: 0, closes: null, drafts: new Map() };
let asking = new AbortController();
let noticeUntil = 0;
const now = () => new Date(Date.now() + state.skew);

// News, people, open: three loops that never overlap themselves.
function every(ms, work) {
  const round = async () => {
    let pause = ms;
    if (!document.hidden) {
      try {
        await work();
      } catch (error) {
        if (error.name !== "AbortError") {
          report(error);
          pause = RETRY_MS;
        }
      }
    }
    setTimeout(round, pause);
  };
  round();
}

function report(error) {
  if (!(error instanceof api.Problem)) throw error;
  at("notice").textContent = error.message;
  at("notice").hidden = false;
}

// What a person did and what failed is worth reading for a while, even if all is well again.
function reportToPerson(error) {
  report(error);
  noticeUntil = Date.now() + NOTICE_MS;
}

function allIsWell() {
  if (Date.now() > noticeUntil) at("notice").hidden = true;
}

async function fetchPeople() {
  const found = await api.customers();
  state.customers = found.customers;
  state.number = found.business.phone_number_id;
  setText(at("business"), found.business.name || found.business.display);
  at("business").title = found.business.display;
  setTime(found);
  allIsWell();
  if (!state.chosen && found.customers.length) {
    const wanted = decodeURIComponent(location.hash.slice(1));
    choose((found.customers.find((one) => one.id === wanted) ?? found.customers[0]).id, false);
  }
  people.show(state.customers, state.chosen);
}

async function fetchNews() {
  if (!state.chosen) return;
  const user = state.chosen;
  const news = await api.messages(user, state.revision, asking.signal);
  if (user !== state.chosen) return;
  allIsWell();
  setTime(news);
  if (news.revision < state.revision) {
    // The stand-in has started anew and forgotten: so does the phone.
    chat.clear();
    state.revision = 0;
    return;
  }
  state.revision = news.revision;
  state.closes = news.window_closes[state.number] ? new Date(news.window_closes[state.number]) : null;
  chat.show(news.lines, now());
  showTime();
}

async function keepOpen() {
  if (state.chosen) await api.openPhone(state.chosen, true);
}

function choose(id, byHand = true) {
  if (id === state.chosen) return;
  if (state.chosen) {
    state.drafts.set(state.chosen, text.value);
    api.openPhone(state.chosen, false).catch(report);
  }
  asking.abort();
  asking = new AbortController();
  Object.assign(state, { chosen: id, revision: 0, closes: null });
  history.replaceState(null, "", `#${id}`);
  chat.clear();
  showCustomer(state.customers.find((one) => one.id === id));
  people.show(state.customers, id);
  keepOpen().catch(report);
  fetchNews().catch((error) => error.name === "AbortError" || report(error));
  if (byHand && matchMedia("(min-width: 60rem)").matches) text.focus();
}

function showCustomer(customer) {
  const hidden = customer.shares_phone ? "" : ", phone number hidden";
  at("as").textContent = `You are ${customer.name}${hidden}`;
  text.value = state.drafts.get(customer.id) ?? "";
  text.lang = customer.lang;
  at("chips").replaceChildren(...customer.phrases.map((phrase) => chip(phrase, customer.lang)));
  at("chips").dir = customer.lang === "ar" ? "rtl" : "ltr";
}

function chip(phrase, lang) {
  const button = element("button", "chip", phrase);
  button.type = "button";
  button.lang = lang;
  button.addEventListener("click", () => send("text", phrase));
  return button;
}

async function send(type, words) {
  const user = state.chosen;
  if (!user) return false;
  try {
    const line = await api.send(user, type, words);
    if (user === state.chosen) chat.show([line], now());
    at("log").scrollTop = at("log").scrollHeight;
    return true;
  } catch (error) {
    reportToPerson(error);
    return false;
  }
}

async function sendTyped() {
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  if (!(await send("text", words))) text.value ||= words;
  text.focus();
}

// The clock
function setTime({ now: moment, ahead }) {
  state.skew = new Date(moment).getTime() - Date.now();
  state.ahead = ahead;
}

function showTime() {
  const moment = now();
  const time = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  setText(at("phone-time"), time);
  setText(at("clock-time"), time);
  const date = moment.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  setText(at("clock-date"), date);
  setText(at("clock-ahead"), state.ahead ? `${span(state.ahead * 1000)} ahead of the real clock` : "As the real clock");
  chat.nameDays(moment);
  showWindow(moment);
}

function showWindow(moment) {
  const left = state.closes ? state.closes - moment : 0;
  const words = left > 0 ? `Open for ${span(left)} more` : state.closes ? "Closed: templates only" : "Not open yet";
  setText(at("window-text"), words);
  at("lamp").className = left > 0 ? "lamp open" : "lamp";
  at("window-meter").value = Math.max(0, (left / DAY_MS) * 24);
}

function span(ms) {
  const minutes = Math.floor(ms / 60000);
  const hours = Math.floor(minutes / 60);
  if (!hours) return `${minutes} min`;
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

function setText(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

async function jump(button) {
  button.disabled = true;
  try {
    setTime(await api.jump(button.dataset.hours));
    showTime();
  } catch (error) {
    reportToPerson(error);
  }
  button.disabled = false;
  button.focus();
}

// The attachment menu
function showAttachments(isShown) {
  at("attachments").hidden = !isShown;
  at("attach").setAttribute("aria-expanded", String(isShown));
}

function explainTicks() {
  for (const [status, meaning] of Object.entries(TICKS)) {
    const term = element("dt");
    const mark = ticks(status);
    mark.setAttribute("aria-label", `Tick: ${status}`);
    term.append(mark);
    at("legend").append(term, element("dd", "", meaning));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  sendTyped();
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendTyped();
});
at("attach").addEventListener("click", () => showAttachments(at("attachments").hidden));
at("attachments").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  showAttachments(false);
  at("attach").focus();
  send(button.dataset.type, "");
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".attach")) showAttachments(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || at("attachments").hidden) return;
  showAttachments(false);
  at("attach").focus();
});
for (const button of document.querySelectorAll("[data-hours]")) button.addEventListener("click", () => jump(button));
document.addEventListener("visibilitychange", () => {
  if (state.chosen) api.openPhone(state.chosen, !document.hidden).catch(() => {});
});

explainTicks();
every(PEOPLE_MS, fetchPeople);
every(NEWS_MS, fetchNews);
every(OPEN_MS, keepOpen);
setInterval(showTime, 1000);
