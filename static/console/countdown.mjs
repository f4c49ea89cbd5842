/** Countdowns that follow the server's clock. Their words are those of `console/presenters/times.py`. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
let ahead = 0;

/** Take the server's time over: this laptop's clock may be wrong, and the demo's may jump. */
export function setServerTime(iso) {
  const server = Date.parse(iso);
  if (!Number.isNaN(server)) ahead = server - Date.now();
  tick();
}

export function serverNow() {
  return Date.now() + ahead;
}

export function span(seconds) {
  const whole = Math.floor(seconds);
  if (whole >= DAY) return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
  if (whole >= HOUR) return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
  if (whole >= 10 * MINUTE) return `${Math.floor(whole / MINUTE)} min`;
  return `${Math.floor(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, "0")}`;
}

export function words(kind, left) {
  if (kind === "window") return left > 0 ? `${span(left)} left to reply` : "Window closed";
  if (kind === "offer") return left > 0 ? `${span(left)} to take it` : "Over";
  return left > 0 ? span(left) : `${span(-left)} late`;
}

export function level(left, soon) {
  if (left <= 0) return "late";
  return left < soon ? "soon" : "calm";
}

function draw(element) {
  const left = (Date.parse(element.dateTime) - serverNow()) / 1000;
  const said = words(element.dataset.countdown, left);
  if (element.textContent !== said) element.textContent = said;
  const now = level(left, Number(element.dataset.soon));
  if (element.dataset.level !== now) element.dataset.level = now;
}

export function tick() {
  for (const element of document.querySelectorAll("time[data-countdown]")) draw(element);
}

export function start() {
  setServerTime(document.body.dataset.now);
  setInterval(tick, 1000);
}
