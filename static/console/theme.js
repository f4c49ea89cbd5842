/* Runs before the first paint, so that a chosen colour scheme does not flash. A module would come too late. */
(function () {
  "use strict";
  try {
    var chosen = localStorage.getItem("baton.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (error) {
    /* storage is forbidden here: the system's scheme it is */
  }
})();
