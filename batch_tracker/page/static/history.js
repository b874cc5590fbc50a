// Looking back: all runs, and one PO.

import { read } from "./api.js";
import { button, element, number, section, state, table } from "./dom.js";

export async function historyScreen(page) {
  const { runs } = await read("/api/runs?limit=500");
  const rows = runs.map((run) => element("tr", {},
    element("td", {}, run.when),
    element("td", { class: "v" }, element("a", { href: `#run/${run.run}` }, run.run)),
    element("td", { class: "v" }, run.name),
    element("td", { class: "n" }, number(run.rows)),
    element("td", {}, state(run.outcome, run.mark)),
    element("td", { class: "v" }, run.server)));
  page.show("History", [element("h1", {}, "History"), section("All runs", "runs",
    rows.length ? table("Runs", ["When", "Run", "Manifest", "Rows", "Outcome", "Server"], rows)
      : element("p", {}, "There is no run yet."))]);
}

export async function findScreen(page, po = "") {
  const input = element("input", { id: "po", inputmode: "numeric", value: po, size: 14 });
  const found = element("div", { "aria-live": "polite" });
  const find = () => page.attempt(async () => {
    const { lines } = await read(`/api/find?po=${encodeURIComponent(input.value.trim())}`);
    found.replaceChildren(element("pre", { tabindex: 0, "aria-label": "What is known of the PO" }, lines.join("\n")));
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") find(); });
  page.show("Find a PO", [element("h1", {}, "Find a PO"), section("What happened to a PO", "happened",
    element("p", {}, element("label", { for: input.id }, "PO "), input, " ", button("Find", find, { class: "act" })), found)], input);
  if (po) await find();
}
