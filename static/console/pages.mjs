/** A page that stands still but for its countdowns. */

import "./theme-toggle.mjs";
import { start } from "./countdown.mjs";

start();
