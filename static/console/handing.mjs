/** The dialogs that give a conversation on: who can be chosen, and whether they are there, is fetched when one opens. */

import { parsed, request } from "./fetching.mjs";

/** What was chosen stays chosen, and what somebody has in hand is left alone. */
function renew(place, fragment) {
  if (place.dataset.touched) return;
  const chosen = place.value;
  place.replaceChildren(...fragment.childNodes);
  if (chosen && [...place.options].some((option) => option.value === chosen)) place.value = chosen;
}

/** Bring the choices of an opened dialog level. Without an answer they stay as the page was drawn. */
export async function freshen(dialog) {
  const { freshUrl } = dialog.dataset;
  if (!freshUrl) return;
  try {
    const fragment = parsed(await (await request(freshUrl)).text());
    for (const part of fragment.querySelectorAll("[data-fresh]")) {
      const place = document.getElementById(part.dataset.fresh);
      if (place && dialog.contains(place)) renew(place, part);
    }
  } catch {
    /* as they were: the server has the last word when the form is sent */
  }
}

export function startHanding() {
  document.addEventListener("change", (event) => {
    const place = event.target.closest("#close-rating, #transfer-team, #transfer-person, #invite-person");
    if (place) place.dataset.touched = "1";
  });
  document.addEventListener("close", (event) => {
    for (const place of event.target.querySelectorAll("[data-touched]")) delete place.dataset.touched;
  }, true);
}
