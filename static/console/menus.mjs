/** Menus that are `details`: they close when one goes elsewhere. */

/** With Escape the focus stays at the menu's button. */
export function closeMenus(event) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (event.type === "keydown") menu.querySelector("summary").focus();
    else if (menu.contains(event.target)) continue;
    menu.removeAttribute("open");
  }
}

export function startMenus() {
  document.addEventListener("click", closeMenus);
  document.addEventListener("focusin", closeMenus);
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(event));
}
