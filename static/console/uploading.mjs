/** Sending a form with a file, told how far it is: `fetch` cannot say that. */

import { Refusal } from "./fetching.mjs";

const LONGEST_SILENCE = 300000;

function refusal(answer) {
  try {
    return new Refusal(answer.status, JSON.parse(answer.responseText).words);
  } catch {
    return new Refusal(answer.status, `The server answered ${answer.status}. Please try again.`);
  }
}

/** POST `data`; `progress` hears shares of one. Throws Refusal for an answer that says no, TypeError where none came. */
export function upload(url, data, progress) {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    asked.open("POST", url);
    asked.timeout = LONGEST_SILENCE;
    asked.setRequestHeader("X-Baton", "fetch");
    asked.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    asked.addEventListener("load", () => (asked.status < 300 ? resolve() : reject(refusal(asked))));
    for (const end of ["error", "abort", "timeout"]) asked.addEventListener(end, () => reject(new TypeError("no answer")));
    asked.send(data);
  });
}
