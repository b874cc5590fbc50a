// A run while it sends, and when it has ended.

import { change, read } from "./api.js";
import { button, duration, element, many, moment, number, table } from "./dom.js";
import { PAUSE_MS, pause } from "./job.js";

export async function runScreen(page, name) {
  let stopped = false;
  const base = `/api/runs/${encodeURIComponent(name)}`;
  watch();
  return () => { stopped = true; };

  async function watch() {
    let drawn = null;
    let failures = 0;
    while (!stopped) {
      try {
        const run = await read(base);
        failures = 0;
        page.tell("");
        if (stopped) return;
        const kind = run.going ? "going" : "ended";
        if (drawn !== kind || kind === "ended") draw(run);
        else update(run);
        drawn = kind;
        if (!run.going) return;
      } catch (error) {
        failures += 1;
        page.tell(error.message);
        if (error.status === 404 || failures > 30) return;
      }
      await pause(PAUSE_MS);
    }
  }

  async function act(path, values = {}) {
    try {
      page.tell("");
      const answer = await change(`${base}/${path}`, values);
      if (answer.run && answer.run !== name) page.go(`run/${answer.run}`);
      else { stopped = true; page.go(`run/${name}`); dispatchEvent(new HashChangeEvent("hashchange")); }
    } catch (error) {
      page.tell(error.message);
    }
  }

  function draw(run) {
    const status = element("p", { role: "status" }, run.status_words);
    const actions = [];
    if (run.going) {
      actions.push(button("Stop", async () => { await change(`${base}/stop`); }),
        element("small", {}, "Calls under way end first; nothing is lost."));
    } else {
      if (run.can_resume) actions.push(button("Resume", () => act("resume"), { class: "act" }));
      if (run.can_retry) actions.push(button("Retry", () => act("retry"), { class: run.can_resume ? "" : "act" }));
    }
    const parts = [element("div", { class: "head" },
      element("div", {}, element("h1", {}, run.source_name), status), element("div", { class: "go" }, actions)),
      element("section", {},
        element("progress", { id: "bar", max: run.rows || 1, value: run.done, "aria-label": "Rows done" }),
        element("dl", { class: "live", id: "live" }, facts(run)))];
    parts.push(element("div", { class: "tiles", id: "states" }, states(run)));
    parts.push(element("section", { "aria-labelledby": "refusals" }, element("h2", { id: "refusals" }, run.going ? "What went wrong so far" : "What needs you"),
      element("div", { id: "problems" }, problems(run))));
    if (!run.going) parts.push(afterwards(run));
    page.show(parts, run.going ? undefined : document.querySelector("[role=status]"));
  }

  function update(run) {
    document.querySelector("[role=status]").textContent = run.status_words;
    document.getElementById("bar").max = run.rows || 1;
    document.getElementById("bar").value = run.done;
    document.getElementById("live").replaceChildren(...facts(run));
    document.getElementById("states").replaceChildren(...states(run));
    document.getElementById("problems").replaceChildren(...problems(run));
  }

  function facts(run) {
    const pairs = run.going
      ? [["Time left", run.seconds_left === null ? "not known yet" : duration(run.seconds_left)],
        ["Rows a second", run.rate === null ? "" : run.rate.toFixed(1)],
        ["Calls left in the quota", run.quota_left === null ? "no limit" : number(run.quota_left)],
        ...(run.quota_opens ? [["The quota opens again", moment(run.quota_opens)]] : [])]
      : [["Started", moment(run.started_at)], ["Calls", number(run.calls)], ["Server", run.server_name]];
    return pairs.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value)));
  }

  function states(run) {
    return run.states.filter((each) => each.count).map((each) =>
      element("div", { class: `tile ${each.mark}` }, element("b", {}, number(each.count)), each.words));
  }

  function problems(run) {
    if (!run.problems.length) return [element("p", {}, run.going ? "Nothing yet." : "Nothing. Every row is done.")];
    const rows = run.problems.map((each) => element("tr", {}, element("td", { class: "n" }, String(each.number)),
      element("td", { class: "v" }, each.po), element("td", { class: "v" }, each.tracking_number),
      element("td", {}, element("span", { class: `state ${each.mark}` }, each.state_words)), element("td", {}, each.message)));
    return [table(["Row", "PO", "Tracking number", "State", "Why"], rows, { "aria-label": "Rows that need you" }),
      run.more_problems ? element("p", { class: "soft" }, `and ${number(run.more_problems)} more, in the workbook`) : ""];
  }

  function afterwards(run) {
    const links = [];
    if (run.has_workbook) links.push(element("a", { class: "button", href: `${base}/workbook`, download: "" }, "Results workbook"));
    if (run.has_rows) links.push(element("a", { class: "button", href: `${base}/page`, target: "_blank", rel: "noopener" }, "Report"));
    const parts = [element("p", { class: "links" }, links), run.message ? element("p", {}, run.message) : null];
    if (run.can_undo) parts.push(undo(run));
    return element("section", { "aria-labelledby": "afterwards" }, element("h2", { id: "afterwards" }, "Afterwards"), parts);
  }

  // Taking a run back asks for the number of rows, so that nobody does it by a slip.
  function undo(run) {
    const typed = element("input", { inputmode: "numeric", "aria-label": "Number of rows to undo", size: 8 });
    return element("details", {}, element("summary", {}, "Take this run back"),
      element("p", {}, `It changed ${many(run.changed, "PO")}. Type that number to give them their earlier values back.`),
      typed, " ", button("Undo", () => act("undo", { rows: Number(typed.value) })));
  }
}
