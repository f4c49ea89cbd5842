/** One token for one content: sent again after a lost answer it is the same message, changed it is another. */

const attempts = new WeakMap();

function essence(form, more) {
  const said = [form.action, ...more];
  for (const [name, value] of new FormData(form)) {
    if (name === "token" || name === "csrfmiddlewaretoken") continue;
    said.push(name, typeof value === "string" ? value : `${value.name} ${value.size} ${value.lastModified}`);
  }
  return JSON.stringify(said);
}

/** Give the form's `token` field the token of what it says now; `more` is what belongs to it beside its fields. */
export function renewToken(form, more = []) {
  const said = essence(form, more);
  if (attempts.get(form) === said) return;
  attempts.set(form, said);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  form.elements.token.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** It is sent: the same words again are another message. */
export function forgetToken(form) {
  attempts.delete(form);
}
