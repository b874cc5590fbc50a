// Waits for work that the server does: asks once a second, and shows how far it is.

import { element, number } from "./dom.js";

export const PAUSE_MS = 1000;

export function pause(ms = PAUSE_MS) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Calls `ask` until its answer has no `working`; shows what it says meanwhile.
export async function followed(page, ask, isStopped) {
  let line = null;
  for (let wait = 100; !isStopped(); wait = Math.min(PAUSE_MS, wait * 2)) {
    const answer = await ask();
    if (!answer.working) return answer;
    if (!line) {
      line = element("p", { role: "status" });
      page.show([element("h1", {}, answer.name), line]);
    }
    const { stage, done, total } = answer.working;
    line.textContent = total ? `${stage}: ${number(done)} of ${number(total)} rows` : `${stage}: ${number(done)} rows`;
    await pause(wait);
  }
  return null;
}
