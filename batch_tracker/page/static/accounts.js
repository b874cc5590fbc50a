// The account and its settings, the profiles, and what the doctor says.

import { change, read } from "./api.js";
import { button, element, section, state, table } from "./dom.js";

export async function accountsScreen(page) {
  const { accounts, settings, profiles } = await read("/api/account");
  const use = async (name) => {
    await page.attempt(() => change("/api/account", { name }));
    page.go("accounts");
  };
  const choices = accounts.map((each) => element("tr", {}, element("td", { class: "v" }, each.name), element("td", { class: "v" }, each.login),
    element("td", { class: "do" }, each.in_force ? state("in use", "ok")
      : button("Use", () => use(each.name), { "aria-label": `Use account ${each.name}` }))));
  const findings = element("div", { "aria-live": "polite" });
  const examine = async () => {
    findings.replaceChildren(element("p", {}, "Looking …"));
    const told = await page.attempt(() => change("/api/doctor"));
    const rows = (told?.findings ?? []).map((each) => element("tr", {}, element("td", {}, state(each.status, each.mark)),
      element("td", {}, each.check), element("td", { class: "v" }, each.message), element("td", { class: "v" }, each.hint)));
    findings.replaceChildren(rows.length ? table("Findings", ["", "What", "Found", "What to do"], rows) : "");
  };
  const { server, username, rehearsal, has_account: hasAccount } = page.state;
  page.show("Account", [element("h1", {}, "Account"),
    section("Where updates go", "where-to",
      element("p", {}, element("strong", {}, server), username ? ` as ${username}` : ""),
      hasAccount ? button(rehearsal ? "Work with Sellercloud" : "Rehearse", () => page.rehearse(!rehearsal))
        : element("p", {}, "There is no account yet. Set one up in a terminal: batch-tracker init")),
    choices.length && section("Accounts", "accounts", table("Accounts", ["Name", "Login", ""], choices)),
    section("Is everything in order?", "order", element("p", {}, button("Check everything", examine)), findings),
    section("Profiles", "profiles", table("Profiles", ["Name", "Reads"], profiles.map(([name, words]) =>
      element("tr", {}, element("td", { class: "v" }, name), element("td", {}, words))))),
    section("Settings that are not the usual ones", "settings", !settings.length ? element("p", {}, "There are none.") : table("Settings", ["Setting", "Value", "From"], settings.map(([name, value, source]) =>
      element("tr", {}, element("td", { class: "v" }, name), element("td", { class: "v" }, value || "–"), element("td", { class: "v" }, source)))))]);
}
