// The page: which screen is shown is in the address (#look/…, #run/…), what it shows is the server's.

import { change, read } from "./api.js";
import { button, element } from "./dom.js";
import { accountsScreen } from "./accounts.js";
import { findScreen, historyScreen } from "./history.js";
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
let turn = 0;

// What all screens need: what the server says, a line for trouble, and a place for their content.
const page = {
  state: null,
  tell(words) {
    alertLine.textContent = words;
    alertLine.hidden = !words;
  },
  go(address) {
    if (location.hash === `#${address}`) route();
    else location.hash = address;
  },
  async refresh() {
    page.state = await read("/api/state");
    showWhere(page.state);
  },
  async rehearse(on) {
    await page.attempt(() => change("/api/rehearsal", { on }));
    page.go("start");
  },
  // Does something that may be refused; the refusal is told, and the answer is then undefined.
  attempt(act) {
    page.tell("");
    return page.ask(act);
  },
  // The same, but what was told before stays.
  async ask(act) {
    try {
      return await act();
    } catch (error) {
      page.tell(error.message);
      return undefined;
    }
  },
  show(title, content, focus) {
    document.title = `${title} – batch-tracker`;
    main.replaceChildren(...content.filter(Boolean));
    const target = focus ?? main.querySelector("h1");
    if (target) {
      if (!target.matches("input, select, button, a")) target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  },
};

function showWhere(state) {
  const where = document.getElementById("where");
  where.replaceChildren(element("strong", {}, state.server), state.username ? ` as ${state.username}` : "");
  const band = document.getElementById("rehearsal");
  band.hidden = !state.rehearsal;
  band.replaceChildren(element("span", {}, "Rehearsal: nothing leaves this computer."), state.has_account
    ? button("Work with Sellercloud", () => page.rehearse(false))
    : element("span", {}, "To send for real, set up an account: batch-tracker init"));
  document.body.classList.toggle("is-rehearsal", state.rehearsal);
}

async function route() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  const mine = turn += 1;
  leave?.();
  leave = null;
  for (const link of document.querySelectorAll("nav a")) {
    const isCurrent = link.hash === `#${SCREENS[name] ? name : "start"}`;
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const ended = await page.attempt(async () => {
    await page.refresh();
    return (SCREENS[name] ?? startScreen)(page, ...rest.map(decodeURIComponent));
  });
  if (mine === turn) leave = ended ?? null;
  else ended?.();
}

async function quit() {
  await page.attempt(async () => {
    const { going } = await read("/api/state");
    if (going.length && !confirm("A run is going on. Stop it and quit? You can resume it later.")) return;
    await change("/api/quit", { sure: true });
    turn += 1;
    leave?.();
    page.show("Ended", [element("h1", {}, "batch-tracker has ended"), element("p", {}, "You can close this page.")]);
    for (const each of document.querySelectorAll("nav, #quit, #rehearsal")) each.hidden = true;
  });
}

document.getElementById("quit").addEventListener("click", quit);
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", route);
route();
