/** A clock in a worker: a page's own timers almost stand still while it is hidden, and its agent would seem gone. */

const EVERY = 25000;
setInterval(() => postMessage("tick"), EVERY);
