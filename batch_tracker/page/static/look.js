// Look at a manifest before it is sent: its columns, what is asked, what will happen, its rows.

import { change, read } from "./api.js";
import { button, element, pause, section } from "./dom.js";
import { rowsView } from "./rows.js";

const FIRST_MS = 100;
const MOST_MS = 500;

export async function lookScreen(page, digest) {
  const base = `/api/files/${digest}`;
  const rows = rowsView(page, base, (path, values) => act(path, values));
  let left = false;
  let follows = 0;
  follow();
  return () => { left = true; };

  // Asks until nothing is at work on the file, and shows each change meanwhile.
  async function follow(isSent = false) {
    const mine = follows += 1;
    let shown = false;
    for (let wait = FIRST_MS; !left && mine === follows; wait = Math.min(MOST_MS, wait * 2)) {
      const file = await page.ask(() => read(base));
      if (left || mine !== follows || !file) return;
      const isSending = file.going && !file.going.refused;
      if (file.going?.run && file.going.words || (isSent && file.going?.run)) {
        page.go(`run/${file.going.run}`);
        return;
      }
      if (!file.ready) showReading(file);
      else if (!shown || !file.working) draw(file);
      shown = file.ready;
      const status = document.getElementById("look-status");
      if (status) status.textContent = file.working || (isSending && file.going.words) || "";
      if (file.going?.refused && isSent) page.tell(file.going.refused);
      if (!file.working && !(isSending && !file.going.run)) return;
      await pause(wait);
    }
  }

  async function act(path, values = {}) {
    const answer = await page.attempt(() => change(`${base}/${path}`, values));
    await follow(path === "send" && Boolean(answer));
    return answer;
  }

  function showReading(file) {
    if (document.getElementById("look-status")) return;
    page.show(file.name, [element("h1", {}, file.name), element("p", { role: "status", id: "look-status" }, "Reading the file")]);
  }

  function draw(file) {
    if (file.trouble) page.tell(file.trouble);
    const focused = document.activeElement?.id;
    const isNew = !document.getElementById("look");
    const parts = [head(file), questions(file), refusal(file)];
    if (file.plan) parts.push(columns(file), rows.draw(file));
    parts.push(reading(file));
    const kept = () => document.getElementById(focused);
    if (isNew) page.show(file.name, [element("div", { id: "look" }, parts.filter(Boolean))], undefined);
    else {
      document.getElementById("look").replaceChildren(...parts.filter(Boolean));
      kept()?.focus({ preventScroll: true });
    }
  }

  function head(file) {
    const send = button(file.to_send ? `Send ${file.to_send} to ${file.server}` : "Send", () => { send.disabled = true; act("send", { plan: file.plan }); },
      { id: "send", class: "act", disabled: Boolean(file.why_not), "aria-describedby": "why" });
    return element("div", { class: "head" },
      element("div", {},
        element("h1", {}, file.name),
        element("p", {}, [file.facts, file.earlier ? "" : "Nothing has been sent yet."].filter(Boolean).join(" ")),
        file.earlier && element("p", {}, file.earlier.words, " ", element("a", { href: `#run/${file.earlier.run}` }, "Open that run")),
        element("p", { role: "status", id: "look-status" })),
      element("div", { class: "go" }, send,
        element("p", { id: "why", class: file.why_not ? "need" : "soft" }, file.why_not || file.cost),
        !file.why_not && element("p", { class: "soft" }, file.quota)));
  }

  function refusal(file) {
    if (!file.refused) return null;
    return element("section", { class: "need" }, element("h2", {}, "This file can’t be sent as it is"), element("p", {}, file.refused));
  }

  function questions(file) {
    if (!file.questions?.length) return null;
    const asked = file.questions.map((question, place) => {
      const choose = element("select", { id: `question-${place}` },
        question.options.map((each, n) => element("option", { value: n }, each.words)));
      const answer = () => act("answers", { answers: question.options[Number(choose.value)].answers });
      return element("div", { class: "question" }, element("label", { for: choose.id }, question.text),
        element("div", {}, choose, " ", button("OK", answer)));
    });
    return section("What does this column hold?", "asked", asked);
  }

  function columns(file) {
    const keep = file.answered && keepAnswers();
    return section("What the columns mean", "columns",
      element("ul", { class: "columns" }, file.columns.map((each) => element("li", {}, each))),
      element("p", { class: "soft" }, [file.profile, ...file.notes].join(" ")), keep);
  }

  function keepAnswers() {
    const name = element("input", { id: "profile-name", value: "my-carrier" });
    const told = element("span", { "aria-live": "polite" });
    const keep = async () => {
      const answer = await page.attempt(() => change(`${base}/profile`, { name: name.value }));
      told.textContent = answer?.words ?? "";
    };
    return element("p", {}, element("label", { for: name.id }, "Keep the answers for files with these headers, as profile "),
      name, " ", button("Keep", keep), " ", told);
  }

  function reading(file) {
    if (!file.ready) return null;
    const orders = [["", "as the file shows"], ["mdy", "month, day, year"], ["dmy", "day, month, year"], ["ymd", "year, month, day"]];
    const order = element("select", { id: "date-order" }, orders.map(([value, words]) =>
      element("option", { value, selected: (file.reading.date_order ?? "") === value }, words)));
    const sheet = element("input", { id: "sheet", value: file.reading.sheet ?? "" });
    return element("details", { class: "more", open: Boolean(file.refused) }, element("summary", {}, "Read the file in another way"),
      element("p", {}, element("label", { for: order.id }, "Order of a date like 03/04/2026 "), order),
      element("p", {}, element("label", { for: sheet.id }, "Sheet of the workbook "), sheet),
      button("Read it again", () => act("reading", { sheet: sheet.value.trim(), date_order: order.value })));
  }
}
