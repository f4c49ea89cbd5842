/** A page that stands still but for its countdowns. */

import "./page.mjs";
import { start } from "./countdown.mjs";

start();
