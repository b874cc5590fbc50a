// The first screen: drop a manifest, or go on with what was begun.

import { read, upload } from "./api.js";
import { button, element, many, moment, number, table } from "./dom.js";

export async function startScreen(page) {
  await page.refresh();
  const { runs } = await read("/api/runs?limit=8");
  const input = element("input", {
    type: "file", id: "manifest", multiple: true, "aria-label": "Manifest",
    accept: ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.xlsb,.ods",
    onchange: () => take(page, input.files, list),
  });
  const list = element("ul", { class: "uploads", "aria-live": "polite" });
  const drop = element("div", { class: "drop" },
    element("h1", {}, "Drop today’s manifest here"),
    element("p", {}, element("label", { class: "button", for: "manifest" }, "Choose a file"), input),
    element("small", {}, "CSV or Excel. You see everything before anything is sent."), list);
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(page, event.dataTransfer.files, list);
  });
  page.show([drop, ...lately(page, runs)], drop.querySelector("h1"));
}

// One file opens at once; of several, each gets a line to open it by.
async function take(page, files, list) {
  list.replaceChildren();
  const all = [...files];
  for (const file of all) {
    const told = element("span", {}, "0 %");
    const line = element("li", {}, element("b", {}, file.name), " ", told);
    list.append(line);
    try {
      const kept = await upload(file, (share) => { told.textContent = `${Math.floor(share * 100)} %`; });
      if (all.length === 1) { page.go(`look/${kept.digest}`); return; }
      told.replaceChildren(button("Open", () => page.go(`look/${kept.digest}`)));
    } catch (error) {
      told.textContent = error.message;
      line.classList.add("need");
    }
  }
}

function lately(page, runs) {
  if (!runs.length) return [];
  const rows = runs.map((run) => element("tr", {},
    element("td", {}, moment(run.started_at)),
    element("td", { class: "v" }, run.source_name),
    element("td", { class: "n" }, number(run.rows)),
    element("td", {}, element("span", { class: `state ${run.mark}` }, run.outcome)),
    element("td", {}, button(run.can_resume ? "Go on" : "Open", () => page.go(`run/${run.run}`),
      { "aria-label": `${run.can_resume ? "Go on with" : "Open"} run ${run.run}` }))));
  return [element("section", { "aria-labelledby": "lately" },
    element("h2", { id: "lately" }, `Your last ${many(runs.length, "run")}`),
    table(["When", "Manifest", "Rows", "Outcome", ""], rows))];
}
