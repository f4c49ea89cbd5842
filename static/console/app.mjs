/** The desk: what is drawn by the server is kept level by the doorbell. */

import "./theme-toggle.mjs";
import { startComposer } from "./composer.mjs";
import { startControls } from "./controls.mjs";
import { startHanding } from "./handing.mjs";
import { start as startCountdowns } from "./countdown.mjs";
import { doorbell } from "./doorbell.mjs";
import { Refusal } from "./fetching.mjs";
import { startLineTools } from "./line-tools.mjs";
import { refreshList, startList } from "./list.mjs";
import { lineStatus } from "./notices.mjs";
import { startOffers } from "./offers.mjs";
import { startPresence } from "./presence.mjs";
import { refreshThread, startThread } from "./thread.mjs";
import { startVerbs } from "./verbs.mjs";

const conversation = document.body.dataset.conversation;
const LIST_PAUSE = 400;
let bell = null;
let listTimer = 0;
let last = "live";

/** A fetch that failed: signed out is final, a conversation that is gone too; anything else, the next ring mends. */
function failed(error) {
  if (error instanceof Refusal && error.status === 401) bell?.stop("signed-out");
  else if (error instanceof Refusal && error.status === 404) bell?.stop("gone");
  else if (!(error instanceof Refusal)) lineStatus("offline");
}

function worked() {
  if (document.getElementById("line-status").dataset.state === "offline") lineStatus(last);
}

/** Lists ring for every change on the desk: a busy desk is drawn a few times a second, not a hundred. */
function listSoon() {
  listTimer ||= setTimeout(() => {
    listTimer = 0;
    refreshList().then(worked, failed);
  }, LIST_PAUSE);
}

function ring(topic) {
  if (topic !== "desk" && conversation) refreshThread().then(worked, failed);
  if (topic !== "conversation") listSoon();
}

function status(state) {
  last = state;
  lineStatus(state);
}

function address() {
  const url = new URL("/ws/doorbell/", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (conversation) url.searchParams.set("conversation", conversation);
  return url;
}

startCountdowns();
startList(failed);
startControls();
startVerbs(() => ring("all"));
startHanding();
startOffers(listSoon);
if (conversation) {
  startComposer(() => ring("all"));
  startThread();
  startLineTools(() => ring("all"));
}
bell = doorbell({ url: address(), ring, status });
startPresence(failed);
