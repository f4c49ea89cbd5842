/** The line that a reply answers: chosen in the transcript, shown above what is written, until it is sent. */

const place = document.getElementById("composer-quote");

function put(seq, words) {
  for (const field of document.querySelectorAll("input[name=reply_to]")) field.value = seq;
  document.getElementById("composer-quote-words").textContent = words;
  place.hidden = !seq;
}

export function quoteNothing() {
  put("", "");
}

/** `chosen()` is called when somebody wants to answer a line. */
export function startQuoting(chosen) {
  addEventListener("baton:quote", (event) => {
    put(String(event.detail.seq), event.detail.text);
    chosen();
  });
  document.getElementById("composer-quote-remove").addEventListener("click", () => {
    quoteNothing();
    chosen();
  });
}
