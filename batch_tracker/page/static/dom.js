// Builds elements. Text is only ever text: nothing that a file or a server says becomes markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "disabled" || name === "max") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
  return made;
}

export function button(words, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, words);
}

export function section(title, id, ...content) {
  return element("section", { "aria-labelledby": id }, element("h2", { id, tabindex: -1 }, title), ...content);
}

// A table that is too wide can be moved sideways, by keyboard too; on a telephone its rows are lists.
export function table(name, headings, rows) {
  for (const row of rows) {
    [...row.children].forEach((cell, n) => { cell.dataset.label = headings[n]; });
  }
  const head = element("tr", {}, headings.map((each) => element("th", { scope: "col" }, each)));
  return element("div", { class: "table", tabindex: 0, role: "region", "aria-label": name },
    element("table", { "aria-label": name }, element("thead", {}, head), element("tbody", {}, rows)));
}

export function state(words, mark) {
  return element("span", { class: `state ${mark}` }, words);
}

export function pairs(list, id) {
  return element("dl", { class: "pairs", id },
    list.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value))));
}

export function number(value) {
  return Number(value).toLocaleString("en-US");
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
