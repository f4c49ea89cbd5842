// Line drawings on a 24 by 24 grid.

import { drawing } from "./dom.mjs";

const PATHS = {
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.5h.01",
  video: "M3.5 6.5h12v11h-12zM15.5 10.5l5-3v9l-5-3",
  voice: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  sticker: "M4 4h16v9l-7 7H4zM13 20v-7h7M8.5 9h.01M14 9h.01M9 13.5c1 1 2.5 1.2 3.5.5",
  location: "M12 21s7-6.3 7-11.5A7 7 0 0 0 5 9.5C5 14.7 12 21 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0",
  file: "M12 4v11M7.5 8.5 12 4l4.5 4.5M4 15v5h16v-5",
  call: "M6.5 3.5 9 4l1.5 4-2 1.5a12 12 0 0 0 6 6l1.5-2 4 1.5.5 2.5c0 1.5-1 3-3 3C10 20.5 3.5 14 3.5 6.5c0-2 1.5-3 3-3Z",
  reply: "M9.5 6 4 11.5 9.5 17M4 11.5h9a7 7 0 0 1 7 7",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  order: "M4 5h2l2 10h10l2-7H7M9.5 19.5h.01M16.5 19.5h.01",
  list: "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01",
  link: "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
  flow: "M6 3h12v18H6zM9 8h6M9 12h6M9 16h3",
  more: "M12 5.5h.01M12 12h.01M12 18.5h.01",
  down: "M7 10l5 5 5-5",
  play: "M8 5.5v13l10.5-6.5Z",
  pause: "M8 5.5v13M16 5.5v13",
};

export function icon(name) {
  const svg = drawing("0 0 24 24", PATHS[name]);
  svg.classList.add("icon", `icon-${name}`);
  return svg;
}
