// Look at a manifest before it is sent: its columns, its rows, what is wrong, what will happen.

import { change, read } from "./api.js";
import { button, duration, element, many, number, table } from "./dom.js";
import { followed } from "./job.js";

const PAGE = 50;
const SHOWN = [["attention", "need you", "need"], ["warnings", "with a warning", "warn"],
  ["send", "will be sent", ""], ["skipped", "not shipments", ""], ["unchanged", "already sent", ""], ["all", "rows in all", ""]];

export async function lookScreen(page, digest) {
  let stopped = false;
  const view = { show: null, search: "", offset: 0 };
  await load();
  return () => { stopped = true; };

  async function load(focus) {
    const looked = await followed(page, () => read(`/api/files/${digest}`), () => stopped);
    if (!stopped && looked) draw(looked, focus);
  }

  async function act(path, values, focus) {
    try {
      page.tell("");
      await change(`/api/files/${digest}/${path}`, values);
      await load(focus);
    } catch (error) {
      page.tell(error.message);
    }
  }

  function draw(file, focus) {
    view.show ??= file.counts.attention ? "attention" : "all";
    const parts = [head(file), ...refusal(file), ...columns(file)];
    if (!file.refused) parts.push(tiles(file), rowsSection(file));
    page.show(parts, focus && document.getElementById(focus));
    if (!file.refused) fillRows();
  }

  function head(file) {
    const facts = file.refused ? "Nothing has been sent." :
      `${file.sheet ? `Sheet “${file.sheet}”, ` : ""}${many(file.rows, "row")}. Nothing has been sent yet.`;
    const earlier = file.earlier_run && element("p", {}, `This very file was run before: ${file.earlier_run}. `,
      element("a", { href: `#run/${file.earlier_run}` }, "Open that run"));
    return element("div", { class: "head" },
      element("div", {}, element("h1", {}, file.name), element("p", {}, facts), earlier || null,
        file.corrections ? element("p", {}, `${many(file.corrections, "correction")}. `,
          element("a", { href: `/api/files/${digest}/corrected`, download: "" }, "Corrected file")) : null),
      element("div", { class: "go" }, sendButton(file), element("small", { id: "why" }, file.why_not || cost(file))));
  }

  function cost(file) {
    const left = file.quota_left === null ? "" : ` ${number(file.quota_left)} of ${number(file.quota)} calls left.`;
    return `${many(file.calls, "call")}, ${duration(file.seconds)}.${left}`;
  }

  function sendButton(file) {
    const send = button(`Send ${many(file.to_send, "update")} to ${file.server_name}`, async () => {
      send.disabled = true;
      try {
        const { run } = await change(`/api/files/${digest}/send`, { plan: file.plan });
        page.go(`run/${run}`);
      } catch (error) {
        page.tell(error.message);
        await load();
      }
    }, { class: "act", disabled: Boolean(file.why_not), "aria-describedby": "why" });
    return send;
  }

  function refusal(file) {
    return file.refused && !file.questions.length
      ? [element("section", { class: "need" }, element("h2", {}, "This file can’t be sent"), element("p", {}, file.refused))] : [];
  }

  function columns(file) {
    if (!file.columns.length && !file.questions.length) return [];
    const asked = file.questions.map((each) => {
      const choose = element("select", { "aria-label": `Read column ${each.letter} as` },
        each.choices.map(([value, words]) => element("option", { value, selected: value === each.suggested }, words)));
      return element("div", { class: "question" },
        element("div", {}, element("b", {}, `${each.letter} “${each.header}”`), ` ${each.looks_like}`),
        element("div", { class: "sample" }, each.samples.join(", ")),
        element("div", {}, element("label", {}, "Read it as ", choose), " ",
          button("OK", () => act("answers", { header: each.header, read_as: choose.value }))));
    });
    const known = file.columns.map((each) => element("span", { class: each.read_as ? "" : "not" },
      `${each.letter} ${each.header || "(no header)"}`, each.read_as ? " → " : " ", each.read_as ? element("b", {}, each.read_as_words) : each.note));
    const keep = file.answers ? element("p", {}, button("Remember this for files with these headers", () => act("profile", {}))) : null;
    return [element("section", { "aria-labelledby": "understood" },
      element("h2", { id: "understood" }, file.questions.length ? "What do these columns mean?" : "What the columns mean"),
      ...asked, element("div", { class: "columns" }, known), keep)];
  }

  function tiles(file) {
    return element("div", { class: "tiles", role: "group", "aria-label": "Show" }, SHOWN.map(([key, words, mark]) =>
      element("button", { type: "button", class: `tile ${mark}`, "aria-pressed": String(view.show === key),
        onclick: (event) => { choose(event.currentTarget, key); } },
        element("b", {}, number(file.counts[key])), words)));
  }

  function choose(tile, key) {
    view.show = key;
    view.offset = 0;
    for (const each of tile.parentElement.children) each.setAttribute("aria-pressed", String(each === tile));
    fillRows();
  }

  function rowsSection(file) {
    const search = element("input", { type: "search", "aria-label": "Search rows", placeholder: "PO, number, text", value: view.search,
      oninput: () => { view.search = search.value; view.offset = 0; clearTimeout(search.wait); search.wait = setTimeout(fillRows, 150); } });
    const look = button("Look at the POs", () => act("look", {}), { disabled: Boolean(file.why_no_look), title: file.why_no_look || "" });
    return element("section", { "aria-labelledby": "rows-title" },
      element("div", { class: "bar" }, element("h2", { id: "rows-title" }, "Rows"), search, look),
      element("p", { class: "soft" }, file.looked || "Look at the POs to see what each holds now."),
      element("div", { id: "rows" }));
  }

  async function fillRows() {
    const query = new URLSearchParams({ show: view.show, search: view.search, offset: view.offset, limit: PAGE });
    const found = await read(`/api/files/${digest}/rows?${query}`);
    const place = document.getElementById("rows");
    if (stopped || !place) return;
    const headings = ["Row", "PO", "Tracking number", "Carrier", "Shipped on", "State"];
    const rows = found.rows.map(row);
    place.replaceChildren(
      found.total ? table(headings, rows, { "aria-label": "Rows" }) : element("p", {}, "No rows to show."),
      pager(found.total));
  }

  function pager(total) {
    if (total <= PAGE) return element("p", { class: "soft" }, "");
    const last = Math.min(view.offset + PAGE, total);
    const turn = (by) => () => { view.offset += by; fillRows(); };
    return element("p", { class: "pager" },
      button("Earlier rows", turn(-PAGE), { disabled: view.offset === 0 }),
      ` ${number(view.offset + 1)} to ${number(last)} of ${number(total)} `,
      button("Later rows", turn(PAGE), { disabled: last >= total }));
  }

  function row(each) {
    const cells = ["po", "tracking_number", "carrier", "shipped_on"].map((field) => cell(each, each.fields[field]));
    return element("tr", {}, element("td", { class: "n" }, String(each.number)), cells,
      element("td", {}, element("span", { class: `state ${each.mark}` }, each.state_words),
        each.message ? element("span", { class: "why" }, each.message) : null,
        each.others.map((other) => cell(each, other, "span"))));
  }

  // A cell that was corrected or is wrong is an input; the reason stands beside it.
  function cell(each, value, tag = "td") {
    if (!value) return element(tag, {});
    const why = value.reason ? element("span", { class: `why ${value.level === "error" ? "" : "w"}` }, value.reason) : null;
    if (!value.editable) {
      const content = value.before && value.before !== value.text
        ? [element("span", { class: "was" }, value.before), element("br"), element("span", { class: "new" }, value.text)] : [value.text];
      return element(tag, { class: "v" }, content, why);
    }
    const input = element("input", { "aria-label": `${value.header}, row ${each.number}`, value: value.text, id: `c${each.number}-${value.column}`,
      onkeydown: (event) => { if (event.key === "Enter") save(false); }, onchange: () => save(false) });
    const save = (alike) => act("corrections", { row: each.number, column: value.column, text: input.value, alike }, input.id);
    return element(tag, { class: "v" }, input, why,
      value.alike > 1 ? button(`Put this in all ${number(value.alike)} like this`, () => save(true), { class: "alike" }) : null,
      value.was === null || value.was === undefined ? null
        : button(`Undo (it was ${value.was || "empty"})`, () => act("corrections/undo", { row: each.number, column: value.column }), { class: "alike" }));
  }
}
