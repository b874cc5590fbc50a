// The page: which screen is shown is in the address (#look/…, #run/…), what it shows is the server's.

import { change, read } from "./api.js";
import { element, show } from "./dom.js";
import { accountsScreen, findScreen, historyScreen } from "./history.js";
import { lookScreen } from "./look.js";
import { runScreen } from "./run.js";
import { startScreen } from "./start.js";

const SCREENS = {
  start: startScreen, look: lookScreen, run: runScreen,
  history: historyScreen, find: findScreen, accounts: accountsScreen,
};
const main = document.getElementById("main");
const alertLine = document.getElementById("alert");
let leave = null;

export function tell(words) {
  alertLine.textContent = words;
  alertLine.hidden = !words;
}

// What several screens need: where things go, and how to go on.
const page = {
  state: null,
  tell,
  go: (address) => { location.hash = address; },
  async refresh() {
    page.state = await read("/api/state");
    showWhere(page.state);
  },
  show: (content, focus) => show(main, content, focus),
};

function showWhere(state) {
  const where = document.getElementById("where");
  where.replaceChildren(element("strong", {}, state.server_name), state.username ? ` as ${state.username}` : "");
  const band = document.getElementById("rehearsal");
  band.hidden = !state.rehearsal;
  band.replaceChildren(element("span", {}, "Rehearsal: nothing leaves this computer."),
    state.has_account
      ? element("button", { type: "button", onclick: () => rehearse(false) }, "Work with Sellercloud")
      : element("span", {}, "Set up an account with batch-tracker init."));
  document.body.classList.toggle("is-rehearsal", state.rehearsal);
}

async function rehearse(on) {
  try {
    await change("/api/rehearsal", { on });
    await page.refresh();
    await route();
  } catch (error) {
    tell(error.message);
  }
}
page.rehearse = rehearse;

async function route() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  const screen = SCREENS[name] ?? startScreen;
  leave?.();
  leave = null;
  for (const link of document.querySelectorAll("nav a")) {
    const isCurrent = link.hash === `#${name || "start"}`;
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  tell("");
  try {
    leave = (await screen(page, ...rest)) ?? null;
  } catch (error) {
    tell(error.message);
  }
}

async function quit() {
  try {
    const { going } = await read("/api/state");
    if (going.length && !confirm("A run is going on. Stop it and quit? You can resume it later.")) return;
    await change("/api/quit", { sure: true });
    leave?.();
    page.show([element("h1", {}, "batch-tracker has ended"), element("p", {}, "You can close this page.")]);
    for (const each of document.querySelectorAll(".top nav, #quit, #rehearsal")) each.hidden = true;
  } catch (error) {
    tell(error.message);
  }
}

document.getElementById("quit").addEventListener("click", quit);
addEventListener("hashchange", route);
try {
  await page.refresh();
  await route();
} catch (error) {
  tell(error.message);
}
