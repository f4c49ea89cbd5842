/** The title of the tab: how many wait, and whether something is held out to this agent. */

const { name } = document.body.dataset;
let waiting = 0;
let offered = 0;

function draw() {
  const offer = offered ? "Offered to you · " : "";
  document.title = `${offer}${waiting ? `(${waiting}) ` : ""}${name}`;
}

export function titleCount(count) {
  waiting = count;
  draw();
}

export function titleOffers(count) {
  offered = count;
  draw();
}
