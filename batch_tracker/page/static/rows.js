// The rows of a manifest: filtered, searched and paged by the server; wrong cells are inputs.

import { read } from "./api.js";
import { button, element, number, section, state, table } from "./dom.js";

const PAGE = 50;
const SEARCH_MS = 200;
const HEADINGS = ["Row", "PO", "Tracking number", "Carrier", "Shipped on", "State"];
const FIELDS = ["po", "tracking_number", "carrier", "shipped_on"];

// `act(path, values)` changes something on the server, and draws anew.
export function rowsView(page, base, act) {
  const view = { show: null, search: "", offset: 0 };
  let asked = 0;

  function draw(file) {
    const need = file.tiles.find((each) => each.show === "attention");
    if (!file.tiles.some((each) => each.show === view.show)) view.show = need.count ? "attention" : "all";
    fill();
    const tiles = file.tiles.map((each) => element("button", {
      type: "button", id: `tile-${each.show}`, class: `tile ${each.count ? each.mark : ""}`,
      "aria-pressed": String(each.show === view.show), onclick: (event) => choose(event.currentTarget, each.show),
    }, element("b", {}, number(each.count)), each.words));
    return element("div", {},
      element("div", { class: "tiles", role: "group", "aria-label": "Show" }, tiles),
      section("Rows", "rows-title", bar(file), notes(file), element("div", { id: "rows" }, ...kept())));
  }

  // What is shown stays until the server has answered.
  function kept() {
    return [...(document.getElementById("rows")?.childNodes ?? [])];
  }

  function bar(file) {
    const search = element("input", { type: "search", id: "search", "aria-label": "Search the rows", placeholder: "Search", value: view.search });
    let waiting = null;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { Object.assign(view, { search: search.value, offset: 0 }); fill(); }, SEARCH_MS);
    });
    const jump = element("input", { id: "jump", inputmode: "numeric", "aria-label": "Go to row", placeholder: "Go to row", size: 9 });
    jump.addEventListener("keydown", (event) => { if (event.key === "Enter") fill(jump.value.trim()); });
    return element("div", { class: "bar" }, search, jump, element("span", { class: "grow" }),
      file.corrections > 0 && element("a", { class: "button", href: `${base}/corrected`, download: "" }, "Corrected file"),
      button("Look at the POs", () => act("look"), { id: "look-at-pos" }));
  }

  function notes(file) {
    const lines = [...(file.looked ? [file.looked] : []), ...file.warnings];
    return lines.length ? element("ul", { class: "notes" }, lines.map((each) => element("li", {}, each))) : null;
  }

  function choose(tile, show) {
    Object.assign(view, { show, offset: 0 });
    for (const each of tile.parentElement.children) each.setAttribute("aria-pressed", String(each === tile));
    fill();
  }

  async function fill(begin = "") {
    const mine = asked += 1;
    const query = new URLSearchParams({ show: view.show, search: view.search, offset: view.offset, limit: PAGE });
    if (/^\d+$/.test(begin)) query.set("begin", begin);
    const found = await page.ask(() => read(`${base}/rows?${query}`));
    const place = document.getElementById("rows");
    if (!found || !place || mine !== asked) return;
    view.offset = found.offset;
    const focused = focusedIn(place);
    place.replaceChildren(element("div", {},
      found.total ? table("Rows", HEADINGS, found.rows.map(row)) : element("p", {}, "No rows to show."),
      pager(found.total)));
    focused(place);
  }

  // Keeps the keyboard where it was, or at the next input where that cell needs none any more.
  function focusedIn(place) {
    const { id } = document.activeElement ?? {};
    const before = [...place.querySelectorAll("input")].findIndex((each) => each.id === id);
    if (before < 0) return () => {};
    return () => {
      const now = [...place.querySelectorAll("input")];
      const next = now.find((each) => each.id === id) ?? now[Math.min(before, now.length - 1)];
      (next ?? document.getElementById("rows-title")).focus({ preventScroll: true });
    };
  }

  function pager(total) {
    const last = Math.min(view.offset + PAGE, total);
    if (total <= PAGE) return null;
    const to = (offset) => () => { view.offset = offset; fill(); };
    return element("p", { class: "pager" },
      button("First", to(0), { disabled: view.offset === 0 }),
      button("Earlier", to(Math.max(0, view.offset - PAGE)), { disabled: view.offset === 0 }),
      element("span", {}, `${number(view.offset + 1)} to ${number(last)} of ${number(total)}`),
      button("Later", to(view.offset + PAGE), { disabled: last >= total }),
      button("Last", to(Math.floor((total - 1) / PAGE) * PAGE), { disabled: last >= total }));
  }

  function row(each) {
    const says = [each.message, ...each.warnings].filter(Boolean);
    return element("tr", {}, element("td", { class: "n" }, String(each.number)),
      FIELDS.map((field) => element("td", { class: `v ${field}` }, cell(each, each.fields[field]))),
      element("td", { class: "says" }, state(each.state, each.mark),
        says.map((words) => element("span", { class: `why ${each.message === words ? "" : "w"}` }, words)),
        each.others.map((other) => element("div", { class: "other" }, element("b", {}, `${other.header}: `), cell(each, other)))));
  }

  function cell(each, value) {
    const whys = (value.why ?? []).map((why) => element("span", { class: `why ${why.level === "error" ? "" : "w"}` }, why.words));
    return [value.edit ? input(each, value) : shown(value), whys, value.edit && more(each, value)];
  }

  function shown({ text, before }) {
    if (before === null || before === undefined || before === text || !text) return text;
    return [element("del", {}, before || "empty"), element("br"), element("ins", {}, text)];
  }

  function input(each, value) {
    const made = element("input", { id: `cell-${each.number}-${value.column}`, value: value.text,
      class: value.why.some((why) => why.level === "error") ? "wrong" : "", "aria-label": `${value.header}, row ${each.number}` });
    const save = () => { if (made.value !== value.text) correct(each, value, made.value, null); };
    made.addEventListener("keydown", (event) => { if (event.key === "Enter") save(); });
    made.addEventListener("change", save);
    return made;
  }

  function correct(each, value, text, like) {
    value.text = text;
    act("corrections", { row: each.number, column: value.column, text, like });
  }

  function more(each, value) {
    const typed = () => document.getElementById(`cell-${each.number}-${value.column}`).value;
    const still = { class: "alike", onmousedown: (event) => event.preventDefault() };
    const undo = () => act("corrections/undo", { row: each.number, column: value.column });
    return [
      value.alike > 1 && button(`Put this in all ${number(value.alike)} like this`, () => correct(each, value, typed(), value.like), still),
      value.was !== null && button(`Undo: it was ${value.was || "empty"}`, undo, still)];
  }

  return { draw };
}
