// The first screen: drop a manifest, or go on with what was begun.

import { change, read, upload } from "./api.js";
import { button, element, number, section, state, table } from "./dom.js";

export async function startScreen(page) {
  const { runs } = await read("/api/runs?limit=8");
  const list = element("ul", { class: "uploads", "aria-live": "polite" });
  const input = element("input", {
    type: "file", id: "manifest", multiple: true, "aria-label": "Manifest",
    accept: ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.xlsb,.ods", onchange: () => take(page, input, list),
  });
  const drop = element("div", { class: "drop" },
    element("h1", {}, "Drop today’s manifest here"),
    element("p", {}, input, element("label", { class: "button act", for: "manifest" }, "Choose a file")),
    element("p", { class: "soft" }, "CSV or Excel. You see everything before anything is sent."), list);
  const lit = (on) => (event) => {
    event.preventDefault();
    drop.classList.toggle("over", on);
  };
  drop.addEventListener("dragenter", lit(true));
  drop.addEventListener("dragover", lit(true));
  drop.addEventListener("dragleave", lit(false));
  drop.addEventListener("drop", (event) => {
    lit(false)(event);
    take(page, event.dataTransfer, list);
  });
  page.show("Send a manifest", [drop, lately(page, runs)]);
}

// One file opens at once; of several, each gets a line to open it by.
async function take(page, { files }, list) {
  list.replaceChildren();
  const all = [...files];
  for (const file of all) {
    const told = element("span", {}, "0 %");
    const line = element("li", {}, element("b", {}, file.name), " ", told);
    list.append(line);
    try {
      const kept = await upload(file, (share) => { told.textContent = `${Math.floor(share * 100)} %`; });
      if (all.length === 1) page.go(`look/${kept.digest}`);
      else told.replaceChildren(element("a", { href: `#look/${kept.digest}` }, "Look at it"));
    } catch (error) {
      told.textContent = error.message;
      line.classList.add("need");
    }
  }
}

function lately(page, runs) {
  if (!runs.length) return null;
  const rows = runs.map((run) => element("tr", {},
    element("td", {}, run.when),
    element("td", { class: "v" }, run.name),
    element("td", { class: "n" }, number(run.rows)),
    element("td", {}, state(run.outcome, run.mark)),
    element("td", { class: "do" },
      element("a", { href: `#run/${run.run}`, "aria-label": `Open run ${run.run}` }, "Open"),
      run.can_resume && button("Resume", () => resume(page, run.run)))));
  return section("Lately", "lately", table("Runs", ["When", "Manifest", "Rows", "Outcome", ""], rows));
}

async function resume(page, run) {
  if (await page.attempt(() => change(`/api/runs/${run}/resume`))) page.go(`run/${run}`);
}
