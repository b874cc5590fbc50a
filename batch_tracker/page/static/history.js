// Looking back: all runs, one PO, the account and what the doctor says.

import { read } from "./api.js";
import { button, element, moment, number, table } from "./dom.js";

export async function historyScreen(page) {
  const { runs } = await read("/api/runs?limit=500");
  const rows = runs.map((run) => element("tr", {},
    element("td", {}, moment(run.started_at)), element("td", { class: "v" }, element("a", { href: `#run/${run.run}` }, run.run)),
    element("td", { class: "v" }, run.source_name), element("td", { class: "n" }, number(run.rows)),
    element("td", {}, element("span", { class: `state ${run.mark}` }, run.outcome)), element("td", { class: "v" }, run.server_name)));
  page.show([element("h1", {}, "History"), element("section", {},
    rows.length ? table(["When", "Run", "Manifest", "Rows", "Outcome", "Server"], rows, { "aria-label": "Runs" }) : element("p", {}, "There is no run yet."))]);
}

export async function findScreen(page, po = "") {
  const input = element("input", { inputmode: "numeric", "aria-label": "PO", value: po, size: 12 });
  const found = element("div", { "aria-live": "polite" });
  const find = async () => {
    try {
      page.tell("");
      const { lines } = await read(`/api/find?po=${encodeURIComponent(input.value.trim())}`);
      found.replaceChildren(element("pre", {}, lines.join("\n")));
    } catch (error) {
      page.tell(error.message);
    }
  };
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") find(); });
  page.show([element("h1", {}, "Find a PO"), element("section", {}, element("p", {}, input, " ", button("Find", find, { class: "act" })), found)], input);
  if (po) await find();
}

export async function accountsScreen(page) {
  const { account, profiles } = await read("/api/account");
  const settings = account.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value)));
  const findings = element("div", { "aria-live": "polite" });
  const examine = async () => {
    findings.replaceChildren(element("p", {}, "Looking …"));
    try {
      const { findings: all } = await read("/api/doctor");
      const rows = all.map((each) => element("tr", {}, element("td", {}, element("span", { class: `state ${each.mark}` }, each.status)),
        element("td", {}, each.what), element("td", {}, each.found), element("td", {}, each.hint)));
      findings.replaceChildren(table(["", "What", "Found", "What to do"], rows, { "aria-label": "Findings" }));
    } catch (error) {
      findings.replaceChildren(element("p", {}, error.message));
    }
  };
  const rehearsal = page.state.has_account
    ? button(page.state.rehearsal ? "Work with Sellercloud" : "Rehearse", () => page.rehearse(!page.state.rehearsal)) : element("p", {}, "Set up an account with batch-tracker init.");
  page.show([element("h1", {}, "Account"),
    element("section", {}, element("dl", { class: "live" }, settings), rehearsal),
    element("section", {}, element("h2", {}, "Is everything in order?"), button("Look", examine), findings),
    element("section", {}, element("h2", {}, "Profiles"), element("ul", {}, profiles.map(([name, words]) => element("li", {}, element("b", {}, name), ` ${words}`))))]);
}
