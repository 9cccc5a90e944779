/** The playground's clock, moved forward so that nobody has to wait. */

import { h } from "../dom.js";
import { advanceClock } from "./calls.js";
import { span } from "./format.js";

const STEPS = [
  ["+16 min", "interaction tokens die", 16 * 60],
  ["+1 h", "edits are throttled", 3600],
  ["+1 day", "addresses of files die", 86400],
];

export class ClockPart {
  constructor() {
    this.said = h("p", { class: "said", role: "status" });
    this.element = h("section", { class: "panel-part" },
      h("h3", {}, "The clock"),
      h("div", { class: "deeds deeds-three" }, STEPS.map(([name, note, seconds]) => (
        h("button", { type: "button", class: "deed", onclick: () => this.#advance(seconds) },
          h("strong", {}, name), h("small", {}, note))))),
      this.said);
  }

  /** Show the server's clock. */
  set({ ahead_s: ahead }) {
    const text = ahead >= 1
      ? `The playground’s clock is ${span(ahead)} ahead. It only goes back with a restart.`
      : "The playground’s clock shows the real time.";
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  async #advance(seconds) {
    try {
      this.set(await advanceClock(seconds));
    } catch (error) {
      this.said.textContent = error.message;
    }
  }
}
