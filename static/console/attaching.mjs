/** The file that goes with a reply: chosen, dropped or pasted; looked at before anything is uploaded. */

const form = document.getElementById("composer");
const place = document.getElementById("composer-file");
const chooser = document.getElementById("attach-file");
const picture = document.getElementById("composer-file-picture");
const voice = document.getElementById("composer-voice");
const progress = document.getElementById("composer-file-progress");
const limits = form ? JSON.parse(form.dataset.limits) : null;
const MB = 1024 * 1024;
let file = null;

export function attached() {
  return file;
}

export function longest() {
  return file ? limits.caption : limits.text;
}

/** Whether the file's kind shows no words beneath it. */
export function takesNoCaption() {
  return Boolean(file) && (isAudio(file) || file.type === "image/webp");
}

export function asVoice() {
  return voice.checked && !voice.parentElement.hidden;
}

function isAudio(given) {
  return given.type.startsWith("audio/");
}

function size(bytes) {
  if (bytes >= MB) return `${(bytes / MB).toFixed(1).replace(/\.0$/, "")} MB`;
  return `${Math.max(1, Math.ceil(bytes / 1024))} KB`;
}

/** Why WhatsApp will not take it, as far as its name and size tell; the server looks into it. */
export function unsuitable(given) {
  if (!given.size) return "The file is empty. Choose another.";
  const limit = limits.kinds.find((kind) => kind.types.includes(given.type));
  const most = limit?.largest ?? limits.largest;
  // An animated sticker may be larger than a still one, which only the server can tell.
  if (given.size > most && limit?.kind !== "sticker") {
    return `WhatsApp takes ${limit?.said ?? "files"} up to ${size(most)}; this has ${size(given.size)}. ${limit?.mend ?? "Make it smaller."}`;
  }
  const guessable = /^(image|application)\//.test(given.type) && given.type !== "application/octet-stream";
  if (!limit && guessable) return `WhatsApp does not take this file: it is ${given.type}. ${limits.takes}`;
  return "";
}

/** A small picture drawn on a canvas: it needs no address that the page would have to be allowed. */
async function draw(given) {
  picture.hidden = true;
  if (!given.type.startsWith("image/")) return;
  try {
    const image = await createImageBitmap(given);
    if (given !== file) return;
    const side = Math.min(image.width, image.height);
    picture.getContext("2d").drawImage(
      image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, picture.width, picture.height,
    );
    picture.hidden = false;
  } catch {
    /* no picture that this browser can draw: the name says enough */
  }
}

function show() {
  place.hidden = !file;
  progress.hidden = true;
  if (!file) return;
  document.getElementById("composer-file-name").textContent = file.name;
  document.getElementById("composer-file-size").textContent = size(file.size);
  document.getElementById("composer-file-voice").hidden = !isAudio(file);
  voice.checked = false;
  draw(file);
}

export function detach() {
  file = null;
  chooser.value = "";
  show();
}

export function uploaded(share) {
  progress.hidden = false;
  progress.value = share * 100;
}

export function uploadEnded() {
  progress.hidden = true;
}

/** `may()` says whether a file may be attached now; `refuse(words)` and `changed()` hear what came of it. */
export function startAttaching({ may, refuse, changed }) {
  function take(given) {
    if (!given || !may()) return;
    const words = unsuitable(given);
    if (words) return refuse(words);
    file = given;
    show();
    changed();
  }

  document.getElementById("attach").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    take(chooser.files[0]);
    chooser.value = "";
  });
  document.getElementById("composer-file-remove").addEventListener("click", () => {
    detach();
    changed();
  });
  form.addEventListener("paste", (event) => {
    const given = event.clipboardData.files[0];
    if (!given || event.clipboardData.types.includes("text/plain")) return; // a table's cells come as words and picture
    event.preventDefault();
    take(given);
  });
  const thread = form.closest(".thread");
  const carriesFile = (event) => event.dataTransfer.types.includes("Files");
  thread.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    form.classList.toggle("composer--drop", may());
  });
  thread.addEventListener("dragleave", (event) => {
    if (!thread.contains(event.relatedTarget)) form.classList.remove("composer--drop");
  });
  thread.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault(); // or the browser would leave the page for the file
    form.classList.remove("composer--drop");
    take(event.dataTransfer.files[0]);
  });
}
