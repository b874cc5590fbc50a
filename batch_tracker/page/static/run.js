// A run while it is at work, and when it has ended.

import { change, read } from "./api.js";
import { button, element, number, pairs, pause, section, state, table } from "./dom.js";

const EVERY_MS = 1000;
const PATIENCE = 60;
const LATEST = 20;
const HEADINGS = ["Row", "PO", "Tracking number", "State", "Why"];

export async function runScreen(page, name) {
  const base = `/api/runs/${encodeURIComponent(name)}`;
  let left = false;
  let cursor = "";
  let latest = [];
  watch();
  return () => { left = true; };

  async function watch() {
    let drawn = "";
    for (let failures = 0; !left && failures < PATIENCE; await pause(EVERY_MS)) {
      const run = await page.attempt(() => read(`${base}?after=${encodeURIComponent(cursor)}`));
      if (left) return;
      failures = run ? 0 : failures + 1;
      if (!run) continue;
      cursor = run.cursor;
      latest = [...run.latest, ...latest].slice(0, LATEST);
      const kind = run.going ? "going" : "ended";
      if (drawn === kind) update(run);
      else draw(run);
      drawn = kind;
      if (run.refused) page.tell(run.refused);
      if (!run.going) return;
    }
  }

  async function goOn(path) {
    if (await page.attempt(() => change(`${base}/${path}`))) page.go(`run/${name}`);
  }

  function draw(run) {
    page.show(run.name, [head(run), run.going && bar(run), tiles(run), run.going ? refusals() : problems(run),
      !run.going && afterwards(run)]);
  }

  function update(run) {
    document.getElementById("run-status").textContent = run.status;
    Object.assign(document.getElementById("bar"), { max: run.rows || 1, value: run.done });
    document.getElementById("facts").replaceWith(pairs(run.facts, "facts"));
    document.getElementById("tiles").replaceWith(tiles(run));
    document.getElementById("refusals").replaceWith(refusals());
  }

  function head(run) {
    const actions = [];
    if (run.going) {
      actions.push(button("Stop", () => page.attempt(() => change(`${base}/stop`))),
        element("p", { class: "soft" }, "Calls under way end first; nothing is lost. You may close this page; the run goes on."));
    }
    if (run.can_resume) actions.push(button("Resume", () => goOn("resume"), { class: "act" }));
    if (run.can_retry) actions.push(button("Retry", () => goOn("retry"), { class: run.can_resume ? "" : "act" }));
    if (run.workbook) {
      actions.push(element("a", { class: "button", href: `${base}/${encodeURIComponent(run.workbook)}`, download: "" }, "Results workbook"));
    }
    return element("div", { class: "head" },
      element("div", {}, element("h1", {}, run.name), element("p", { role: "status", id: "run-status" }, run.status),
        !run.going && run.message && element("p", {}, run.message)),
      element("div", { class: "go" }, actions));
  }

  function bar(run) {
    return element("section", {},
      element("progress", { id: "bar", max: run.rows || 1, value: run.done, "aria-label": "Rows done" }), pairs(run.facts, "facts"));
  }

  function tiles(run) {
    return element("ul", { class: "tiles", id: "tiles", "aria-label": "Rows by state" }, run.states.map((each) =>
      element("li", { class: `tile ${each.mark}` }, element("b", {}, number(each.count)), state(each.words, each.mark))));
  }

  function refusals() {
    return element("div", { id: "refusals" }, section("What went wrong so far", "refused",
      latest.length ? table("Refusals", HEADINGS, latest.map(line)) : element("p", {}, "Nothing yet.")));
  }

  function problems(run) {
    if (!run.has_rows) return null;
    const more = run.more_problems > 0 && element("p", { class: "soft" }, `and ${number(run.more_problems)} more, in the workbook`);
    return section("What needs you", "problems",
      run.problems.length ? table("Rows that need you", HEADINGS, run.problems.map(line)) : element("p", {}, "Nothing."), more);
  }

  function line(each) {
    return element("tr", {}, element("td", { class: "n" }, String(each.number)), element("td", { class: "v" }, String(each.po)),
      element("td", { class: "v" }, each.tracking_number), element("td", {}, state(each.state, each.mark)), element("td", {}, each.message));
  }

  function afterwards(run) {
    return section("About this run", "about", pairs(run.facts, "facts"),
      element("p", { class: "links" },
        run.has_rows && element("a", { class: "button", href: `${base}/page`, target: "_blank", rel: "noopener" }, "Report with charts"),
        element("a", { class: "button", href: `#look/${run.digest}` }, "Look at the file again")),
      run.can_undo && undo(run));
  }

  // Taking a run back asks for the number of rows, so that nobody does it by a slip.
  function undo(run) {
    const typed = element("input", { id: "undo-rows", inputmode: "numeric", size: 8 });
    const take = async () => {
      const answer = await page.attempt(() => change(`${base}/undo`, { rows: typed.value.trim() }));
      if (answer) page.go(`look/${answer.digest}`);
    };
    return element("details", { class: "more" }, element("summary", {}, "Take this run back"),
      element("p", {}, `It updated ${number(run.changed)} rows. You see what each PO gets back before anything is sent.`),
      element("p", {}, element("label", { for: typed.id }, `Type ${number(run.changed)} to go on `), typed, " ", button("Undo", take)));
  }
}
