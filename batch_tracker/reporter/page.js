"use strict";
// Everything on the page can be read without this script; it only narrows the table of rows.
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;
  const words = document.getElementById("filter-words");
  const state = document.getElementById("filter-state");
  const shown = document.getElementById("filter-shown");
  const rows = [...document.querySelectorAll("#attention tbody tr")].map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    state: row.dataset.state,
  }));

  function narrow() {
    const wanted = words.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const { row, text, state: own } of rows) {
      const fits = (!state.value || own === state.value) && wanted.every((w) => text.includes(w));
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows shown`;
  }

  filter.addEventListener("input", narrow);
  filter.hidden = false;
  narrow(); // a browser that goes back to the page fills the fields in again
})();
