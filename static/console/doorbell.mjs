/**
 * The doorbell: a socket that says that something changed, never what.
 * `ring(topic)` is called for a ring, and with "all" whenever one may have been lost: after each connection, with each
 * heartbeat, and by polling while there is no connection. `status` hears live, reconnecting, polling, signed-out, gone.
 */

export const TIMES = { heartbeat: 20000, jitter: 5000, silence: 8000, poll: 5000, firstRetry: 500, lastRetry: 30000 };
const POLL_AFTER = 3;
const FINAL = { 4401: "signed-out", 4404: "gone" };

export function doorbell({ url, ring, status, times = TIMES }) {
  let socket = null;
  let failures = 0;
  let stopped = false;
  let retry = 0;
  let watchdog = 0;
  let polling = 0;

  function connect() {
    clearTimeout(retry);
    const opened = (socket = new WebSocket(url));
    opened.onmessage = (event) => opened === socket && heard(JSON.parse(event.data));
    opened.onclose = (event) => opened === socket && lost(event.code);
    watch();
  }

  function heard({ topic }) {
    clearTimeout(watchdog);
    if (topic === "pong") return;
    if (topic === "ready") {
      failures = 0;
      clearInterval(polling);
      polling = 0;
      status("live");
    }
    ring(topic === "ready" ? "all" : topic);
  }

  function lost(code) {
    clearTimeout(watchdog);
    socket = null;
    if (FINAL[code]) return stop(FINAL[code]);
    failures += 1;
    const wait = Math.min(times.lastRetry, times.firstRetry * 2 ** Math.min(failures, 10));
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
    if (failures >= POLL_AFTER && !polling) polling = setInterval(() => ring("all"), times.poll);
    status(polling ? "polling" : "reconnecting");
  }

  /** A half-open socket never closes by itself: who stays silent for too long is left. */
  function watch() {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      const silent = socket;
      lost(1006);
      silent?.close();
    }, times.silence);
  }

  function check() {
    if (stopped) return;
    ring("all");
    if (socket?.readyState === WebSocket.OPEN) {
      socket.send('{"topic":"ping"}');
      watch();
    } else if (socket === null) connect();
  }

  function beat() {
    if (stopped) return;
    setTimeout(() => {
      ring("all");
      if (socket?.readyState === WebSocket.OPEN) {
        socket.send('{"topic":"ping"}');
        watch();
      }
      beat();
    }, times.heartbeat + Math.random() * times.jitter);
  }

  function stop(why) {
    stopped = true;
    clearTimeout(retry);
    clearTimeout(watchdog);
    clearInterval(polling);
    status(why);
    const last = socket;
    socket = null;
    last?.close();
  }

  addEventListener("online", check);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
  connect();
  beat();
  return { stop };
}
