// The phone: one customer at a time, asked for news while the page is visible.

import { openActions } from "./actions.mjs";
import * as api from "./api.mjs";
import { AttachMenu } from "./attach.mjs";
import { Chat } from "./bubbles.mjs";
import { Composer } from "./composer.mjs";
import { button, element, setText } from "./dom.mjs";
import { openMore } from "./more.mjs";
import { People } from "./people.mjs";
import { Sheet } from "./sheet.mjs";
import { TICKS, ticks } from "./ticks.mjs";

const NEWS_MS = 700;
const PEOPLE_MS = 2500;
const RETRY_MS = 2000;
const OPEN_MS = 8000;
const NOTICE_MS = 5000;
const DAY_MS = 24 * 3600 * 1000;

const at = (id) => document.getElementById(id);
const now = () => new Date(Date.now() + state.skew);
const state = { customers: [], chosen: "", number: "", revision: 0, skew: 0, ahead: 0, closes: null };

const sheet = new Sheet(at("sheet"));
const composer = new Composer(at("composer"), at("about"), send);
// What a tap on the phone may do, for the modules that draw it.
const does = {
  sheet,
  now,
  send,
  act,
  reply: (line) => composer.reply(line),
  edit: (line) => composer.edit(line),
  takeWords: () => composer.takeWords(),
  call: () => act("call"),
  hangUp,
  copy: (code) => navigator.clipboard?.writeText(code).catch(() => {}),
  actions: (line) => openActions(line, does),
  onLastOfShop,
};
const chat = new Chat(at("log"), at("empty"), at("typing"), does);
const people = new People(at("people"), choose);
let asking = new AbortController();
let news = Promise.resolve();
let noticeUntil = 0;

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

// One question at a time: an older answer that comes late would look like a stand-in that has forgotten.
function fetchNews() {
  news = news.catch(() => {}).then(askForNews);
  return news;
}

async function askForNews() {
  if (!state.chosen) return;
  const user = state.chosen;
  const found = await api.messages(user, state.revision, asking.signal);
  if (user !== state.chosen) return;
  allIsWell();
  setTime(found);
  if (found.revision < state.revision) {
    // The stand-in has started anew and forgotten: so does the phone.
    chat.clear();
    state.revision = 0;
    return;
  }
  state.revision = found.revision;
  state.closes = found.window_closes[state.number] ? new Date(found.window_closes[state.number]) : null;
  chat.show(found.lines, now());
  chat.showTyping(found.typing.includes(state.number));
  showTime();
}

async function keepOpen() {
  if (state.chosen) await api.openPhone(state.chosen, true);
}

function choose(id, byHand = true) {
  if (id === state.chosen) return;
  const before = state.chosen;
  if (before) api.openPhone(before, false).catch(report);
  asking.abort();
  asking = new AbortController();
  Object.assign(state, { chosen: id, revision: 0, closes: null });
  history.replaceState(null, "", `#${id}`);
  sheet.close();
  chat.clear();
  showCustomer(before, state.customers.find((one) => one.id === id));
  people.show(state.customers, id);
  keepOpen().catch(report);
  fetchNews().catch((error) => error.name === "AbortError" || report(error));
  if (byHand && matchMedia("(min-width: 60rem)").matches) composer.focus();
}

function showCustomer(before, customer) {
  const hidden = customer.shares_phone ? "" : ", phone number hidden";
  at("as").textContent = `You are ${customer.name}${hidden}`;
  composer.change(before, customer);
  at("chips").replaceChildren(...customer.phrases.map((phrase) => chip(phrase, customer.lang)));
  at("chips").dir = customer.lang === "ar" ? "rtl" : "ltr";
}

function chip(phrase, lang) {
  const node = button("chip", phrase, () => send({ type: "text", text: phrase }));
  node.lang = lang;
  return node;
}

// Whatever the customer sends; a quote that stands above the field goes along. Resolves to whether it was taken.
async function send(fields, file = null) {
  const replyTo = composer.replyTo;
  const isMessage = !["reaction", "edit", "revoke"].includes(fields.type);
  const quoting = replyTo && isMessage && !fields.reply_to ? { reply_to: replyTo } : {};
  return move((user) => api.send(user, { ...quoting, ...fields }, file), isMessage || fields.type === "edit");
}

async function act(name, fields = {}) {
  return move((user) => api.act(user, name, fields), false);
}

async function move(request, usesQuote) {
  const user = state.chosen;
  if (!user) return false;
  try {
    const line = await request(user);
    if (usesQuote) composer.used();
    if (user === state.chosen && isDrawn(line)) {
      chat.show([line], now());
      chat.toEnd();
    }
  } catch (error) {
    reportToPerson(error);
    return false;
  }
  fetchNews().catch((error) => error.name === "AbortError" || report(error));
  return true;
}

const isDrawn = (line) => Boolean(line.seq) && !["reaction", "edit", "revoke"].includes(line.type);

function hangUp(line) {
  const seconds = Math.max(1, Math.round((now() - new Date(line.at)) / 1000));
  return act("hang-up", { target: line.id, seconds });
}

function onLastOfShop(change) {
  const line = chat.last((one) => one.by === "business" && one.type === "text" && !one.deleted);
  if (line) change(line);
  else reportToPerson(new api.Problem("The shop has written no text yet that could be edited or deleted."));
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

async function jump(pressed) {
  pressed.disabled = true;
  try {
    setTime(await api.jump(pressed.dataset.hours));
    showTime();
  } catch (error) {
    reportToPerson(error);
  }
  pressed.disabled = false;
  pressed.focus();
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

new AttachMenu(at("attach"), at("attachments"), at("chooser"), send);
at("call").addEventListener("click", () => act("call"));
at("more").addEventListener("click", () => openMore(does));
for (const node of document.querySelectorAll("[data-hours]")) node.addEventListener("click", () => jump(node));
document.addEventListener("visibilitychange", () => {
  if (state.chosen) api.openPhone(state.chosen, !document.hidden).catch(() => {});
});

explainTicks();
every(PEOPLE_MS, fetchPeople);
every(NEWS_MS, fetchNews);
every(OPEN_MS, keepOpen);
setInterval(showTime, 1000);
