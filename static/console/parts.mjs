/** Replacing parts of the page without disturbing who works in them. */

const shown = new WeakMap();

/** What a part says, without what differs at every drawing: countdown words and form tokens. */
function essence(root) {
  const copy = root.cloneNode(true);
  for (const time of copy.querySelectorAll("time[data-countdown]")) {
    time.textContent = "";
    time.removeAttribute("data-level");
  }
  for (const token of copy.querySelectorAll('input[name="csrfmiddlewaretoken"]')) token.removeAttribute("value");
  const holder = document.createElement("div");
  holder.append(copy);
  return holder.innerHTML;
}

/** Put `fragment` into `target` if it says something new; opened details, scroll and focus stay. Returns whether. */
export function replacePart(target, fragment) {
  const said = essence(fragment);
  if (shown.get(target) === said) return false;
  shown.set(target, said);
  const open = [...target.querySelectorAll("details[open][id]")].map((element) => element.id);
  const focused = target.contains(document.activeElement) ? document.activeElement.id : "";
  target.replaceChildren(fragment);
  for (const id of open) target.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  if (focused) target.querySelector(`#${CSS.escape(focused)}`)?.focus({ preventScroll: true });
  return true;
}
