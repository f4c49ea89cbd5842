/** What every page beside the desk has: colours, menus, and the sign that somebody is there. */

import { startMenus } from "./menus.mjs";
import { startPresence } from "./presence.mjs";
import "./theme-toggle.mjs";

startMenus();
startPresence();
