// Pictures, films, sounds and files. What cannot be loaded is drawn as a stand-in picture with its name.

import { mediaUrl } from "./api.mjs";
import { button, drawing, element, words } from "./dom.mjs";
import { icon } from "./icons.mjs";
import { nameOf } from "./kinds.mjs";

function photoDrawing() {
  const card = element("div", "media photo");
  card.append(drawing("0 0 220 130", "M0 130 62 52l44 50 34-34 80 62Z", "M160 44a15 15 0 1 0 .1 0Z"));
  return card;
}

const BARS = [5, 11, 17, 9, 14, 22, 12, 7, 18, 10, 15, 21, 8, 13, 6, 16, 10, 5];

function wave() {
  const svg = drawing("0 0 146 28", BARS.map((height, index) => `M${4 + index * 8} ${14 - height / 2}v${height}`).join(""));
  svg.classList.add("wave");
  return svg;
}

// A link of the business's own is opened elsewhere: the page may load nothing from other sites.
function outside(line, link) {
  const node = element("a", "file-chip");
  if (/^https?:/i.test(link)) node.href = link;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  node.append(icon("link"), element("span", "", `${nameOf(line)} by link`));
  return node;
}

function picture(line, className) {
  const frame = element("div", `media ${className}`);
  const image = element("img");
  image.alt = line.text ? "" : nameOf(line);
  image.addEventListener("error", () => frame.replaceWith(photoDrawing()));
  image.src = mediaUrl(line.content.id);
  frame.append(image);
  return frame;
}

function film(line) {
  const frame = element("div", "media film");
  const video = element("video");
  video.controls = true;
  video.preload = "metadata";
  video.setAttribute("aria-label", "Video");
  video.src = mediaUrl(line.content.id);
  video.addEventListener("error", () => frame.replaceWith(photoDrawing()));
  frame.append(video);
  return frame;
}

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function sound(line) {
  const card = element("div", "media voice");
  const time = element("span", "length", "");
  if (!line.content.id) {
    card.append(icon("play"), wave(), time);
    return card;
  }
  const player = element("audio");
  player.preload = "metadata";
  const toggle = button("play", "", () => (player.paused ? player.play().catch(() => {}) : player.pause()));
  const show = () => {
    toggle.replaceChildren(icon(player.paused ? "play" : "pause"));
    toggle.setAttribute("aria-label", player.paused ? "Play" : "Pause");
    const length = Number.isFinite(player.duration) ? player.duration : 0;
    time.textContent = minutes(player.paused && !player.currentTime ? length : player.currentTime);
  };
  for (const event of ["play", "pause", "ended", "timeupdate", "loadedmetadata"]) player.addEventListener(event, show);
  player.addEventListener("error", () => {
    toggle.disabled = true;
    time.textContent = "no sound";
  });
  player.src = mediaUrl(line.content.id);
  show();
  // In the page, so that it falls silent when its bubble goes.
  card.append(toggle, wave(), time, player);
  return card;
}

function file(line) {
  const node = element("a", "file-chip");
  if (line.content.id) {
    node.href = mediaUrl(line.content.id);
    node.download = line.content.filename || "document";
  }
  node.append(icon("document"), words("", line.content.filename || "Document", "span"));
  return node;
}

const DRAW = {
  image: (line) => (line.content.id ? picture(line, "photo") : photoDrawing()),
  sticker: (line) => (line.content.id ? picture(line, "sticker") : photoDrawing()),
  video: (line) => (line.content.id ? film(line) : photoDrawing()),
  audio: sound,
  document: file,
};

export const isMedia = (type) => type in DRAW;

export function drawMedia(line) {
  const shown = line.content.link ? outside(line, line.content.link) : DRAW[line.type](line);
  const isNamed = line.type === "document" || line.type === "sticker";
  const label = line.text || (isNamed ? "" : nameOf(line));
  return label ? [shown, words("words label", label)] : [shown];
}
