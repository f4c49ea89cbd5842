import { setServerTime } from "./countdown.mjs";

export class Refusal extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

const WORDS = {
  401: "You are signed out.",
  403: "This page is out of date. Reload it and try again; what you wrote is kept.",
  404: "This conversation is no longer yours to see.",
};

/** Fetch from our own server. Throws Refusal for an answer that says no, TypeError where none came. */
export async function request(url, options = {}) {
  const response = await fetch(url, {
    ...options,
    headers: { "X-Baton": "fetch" },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(20000),
  });
  const time = response.headers.get("X-Baton-Now");
  if (time) setServerTime(time);
  if (response.ok) return response;
  throw new Refusal(response.status, await reason(response));
}

async function reason(response) {
  if (response.headers.get("Content-Type")?.startsWith("application/json")) {
    return (await response.json()).words ?? "That did not work.";
  }
  return WORDS[response.status] ?? `The server answered ${response.status}. Please try again.`;
}

export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Several calls become one: while `work` runs, further calls make it run once more, not again and again. */
export function coalesced(work) {
  let running = null;
  let again = false;
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      try {
        do {
          again = false;
          await work();
        } while (again);
      } finally {
        running = null;
      }
    })();
    return running;
  };
}
