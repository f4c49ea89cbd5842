/** The teams, kept level by the desk's doorbell: what changed is fetched from where the page came from. */

import "./page.mjs";
import { start as startCountdowns, tick } from "./countdown.mjs";
import { doorbell } from "./doorbell.mjs";
import { Refusal, coalesced, parsed, request } from "./fetching.mjs";
import { lineStatus } from "./notices.mjs";
import { replacePart } from "./parts.mjs";

const teams = document.getElementById("teams");
const PAUSE = 1000;
let bell = null;
let timer = 0;
let last = "live";

const refresh = coalesced(async () => {
  const response = await request(teams.dataset.url);
  replacePart(teams, parsed(await response.text()));
  tick();
});

function failed(error) {
  if (error instanceof Refusal && error.status === 401) bell?.stop("signed-out");
  else if (!(error instanceof Refusal)) lineStatus("offline");
}

function worked() {
  if (document.getElementById("line-status").dataset.state === "offline") lineStatus(last);
}

/** A busy desk rings all the time: the figures are drawn once a second at most. */
function ring() {
  timer ||= setTimeout(() => {
    timer = 0;
    refresh().then(worked, failed);
  }, PAUSE);
}

function status(state) {
  last = state;
  lineStatus(state);
}

function address() {
  const url = new URL("/ws/doorbell/", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

startCountdowns();
bell = doorbell({ url: address(), ring, status });
