// Requests to the simulator's own views. Every failure is a Problem whose message can be shown.

export class Problem extends Error {}

const base = document.body.dataset.base;

async function ask(path, options) {
  let response;
  try {
    response = await fetch(base + path, { headers: { Accept: "application/json" }, ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("Baton does not answer. It may be restarting; the phone keeps trying.");
  }
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(content.detail || `Baton answered ${response.status}.`);
  return content;
}

// Signing in to the console in another tab changes the token under this page: the cookie has the current one.
function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}

function post(path, fields, { keepalive = false, file = null } = {}) {
  const body = file ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  if (file) body.append("file", file);
  return ask(path, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body,
    keepalive,
  });
}

export const customers = () => ask("customers");
export const messages = (user, after, signal) => ask(`phone/${user}/messages?after=${after}`, { signal });
export const send = (user, fields, file) => post(`phone/${user}/send`, fields, { file });
export const act = (user, name, fields = {}) => post(`phone/${user}/act/${name}`, fields);
export const openPhone = (user, open) => post(`phone/${user}/open`, { open: open ? "1" : "0" }, { keepalive: true });
export const jump = (hours) => post("clock", { hours });
export const mediaUrl = (id) => `${base}media/${encodeURIComponent(id)}`;
