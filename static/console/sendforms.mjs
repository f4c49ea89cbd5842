/** The small dialogs: their counters and limits, and the rows of a list. */

function measure(field) {
  const counter = document.querySelector(`[data-count-of="${CSS.escape(field.id)}"]`);
  const limit = Number(field.dataset.limit);
  const length = [...field.value.trim()].length;
  const over = length > limit;
  if (counter) {
    counter.textContent = length ? `${length} of ${limit}` : `at most ${limit} characters`;
    counter.dataset.level = over ? "late" : "calm";
  }
  field.setCustomValidity(over ? `WhatsApp takes ${limit} characters here; this has ${length}. Shorten it.` : "");
}

/** The row after the last, as the first one is: its ids and labels carry its number. */
function addRow(rows) {
  const number = rows.querySelectorAll(".menu-row").length + 1;
  const row = rows.querySelector(".menu-row").cloneNode(true);
  for (const element of row.querySelectorAll("*")) {
    for (const name of ["id", "for", "aria-describedby", "data-count-of"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(/-1(?=$|-)/, `-${number}`));
    }
  }
  for (const label of row.querySelectorAll("label")) label.firstChild.textContent = label.firstChild.textContent.replace("ow 1", `ow ${number}`);
  for (const field of row.querySelectorAll("input")) {
    field.value = "";
    field.required = false;
  }
  rows.append(row);
  row.querySelectorAll("[data-limit]").forEach(measure);
  document.getElementById("menu-add").disabled = number >= Number(rows.dataset.most);
  row.querySelector("input").focus();
}

export function startSendForms() {
  document.addEventListener("input", (event) => event.target.matches("[data-limit]") && measure(event.target));
  document.addEventListener("reset", (event) =>
    setTimeout(() => event.target.querySelectorAll("[data-limit]").forEach(measure)),
  );
  const rows = document.getElementById("menu-rows");
  document.getElementById("menu-add")?.addEventListener("click", () => addRow(rows));
  rows?.form?.addEventListener("reset", () => {
    for (const row of [...rows.querySelectorAll(".menu-row")].slice(1)) row.remove();
    document.getElementById("menu-add").disabled = false;
  });
}
