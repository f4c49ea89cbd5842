// Redraws the preview while a template is written. The server draws it: what is shown is what is kept.

const PAUSE = 300;
const place = document.getElementById("template-preview");
const form = place?.closest("form");
let timer = 0;
let latest = 0;

async function redraw() {
  const turn = ++latest;
  const data = new FormData(form);
  data.delete("header_sample");
  try {
    const answer = await fetch(place.dataset.url, { method: "POST", body: data });
    const html = answer.ok ? await answer.text() : "";
    if (html && turn === latest) place.innerHTML = html;
  } catch {
    // away for a moment: the next key stroke tries again
  }
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(redraw, PAUSE);
});
