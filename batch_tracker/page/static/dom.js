// Builds elements. Text is only ever text: nothing that a file or a server says becomes markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "disabled" || name === "checked") made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((each) => each !== null && each !== undefined));
  return made;
}

export function button(words, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, words);
}

export function table(headings, rows, attributes = {}) {
  const head = element("tr", {}, headings.map((each) => element("th", { scope: "col" }, each)));
  return element("div", { class: "table" },
    element("table", attributes, element("thead", {}, head), element("tbody", {}, rows)));
}

export function number(value) {
  return Number(value).toLocaleString("en-US");
}

export function many(count, one, more = `${one}s`) {
  return count === 1 ? `1 ${one}` : `${number(count)} ${more}`;
}

export function duration(seconds) {
  if (seconds < 1) return "less than a second";
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`;
  return `about ${(seconds / 3600).toFixed(1)} h`;
}

export function moment(text) {
  if (!text) return "";
  const when = new Date(text);
  return when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

// Puts new content where the old was, and the keyboard where the next step is.
export function show(main, content, focus) {
  main.replaceChildren(...content);
  const target = focus ?? main.querySelector("h1");
  if (!target) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
