// The ticks beside one's own messages.

import { drawing, element } from "./dom.mjs";

const CLOCK = "M8 4.5V8l2.3 1.6M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z";
const TICK = "M2 8.5 5.5 12 13 4.5";
const SECOND_TICK = "M8.5 11.2 9.3 12 16.8 4.5";

export const TICKS = {
  sending: "On its way",
  sent: "Sent to WhatsApp",
  delivered: "Arrived at the desk",
  read: "Read by the desk",
};

export function ticks(status) {
  const paths = { sending: [CLOCK], sent: [TICK] }[status] ?? [TICK, SECOND_TICK];
  const mark = element("span", `ticks ${status}`);
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", TICKS[status] ?? status);
  mark.append(drawing("0 0 18 16", ...paths));
  return mark;
}
