/** The faults that are set, and the way to take them away. */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { removeFault, removeFaults } from "./calls.js";
import { count, ordinal } from "./format.js";
import { effectInWords } from "./presets.js";

export class FaultList {
  /** @param {() => void} onChange the server has to be asked again */
  constructor(onChange) {
    this.onChange = onChange;
    this.shown = "";
    this.heading = h("h3", { tabindex: "-1" }, "Faults that are set");
    this.all = h("button", { type: "button", class: "small-button",
      onclick: () => this.#remove(removeFaults) }, icon("trash"), "Remove all");
    this.list = h("ul", { class: "cards" });
    this.element = h("section", { class: "panel-part", hidden: true },
      h("div", { class: "part-head" }, this.heading, this.all), this.list);
  }

  /** Show the server's faults. */
  set(faults) {
    const text = JSON.stringify(faults);
    if (text === this.shown) return;
    this.shown = text;
    const focused = document.activeElement?.dataset?.fault;
    this.element.hidden = faults.length === 0;
    this.all.hidden = faults.length < 2;
    this.list.replaceChildren(...faults.map((fault) => this.#card(fault)));
    if (focused) this.list.querySelector(`[data-fault="${focused}"]`)?.focus();
  }

  #card(fault) {
    const calls = `${count(fault.matched)} ${fault.matched === 1 ? "call" : "calls"} seen, `
      + `${count(fault.struck)} struck`;
    return h("li", { class: `card fault-card ${fault.spent ? "spent" : ""}` },
      h("div", { class: "card-head" },
        h("strong", { class: "mono" }, fault.route),
        h("span", { class: `mark ${fault.spent ? "" : "mark-warns"}` },
          fault.spent ? "done" : "active"),
        h("button", { type: "button", class: "icon-button", title: "Remove this fault",
          dataset: { fault: fault.id }, onclick: () => this.#remove(() => removeFault(fault.id)) },
        icon("close"), hiddenText(`Remove the fault of ${fault.route}`))),
      h("p", { class: "card-text" }, effectInWords(fault.do)),
      h("p", { class: "card-note" }, `${timeInWords(fault)} · ${calls}`));
  }

  async #remove(call) {
    // The button goes with its fault: the focus would be lost.
    this.heading.focus();
    await call().catch(() => {}); // whatever went wrong, the list is asked for again
    this.onChange();
  }
}

function timeInWords({ nth, every, always, from }) {
  const whose = { bot: "of the bot", person: "of people", any: "of anybody" }[from];
  if (always) return `every call ${whose}`;
  if (every) return `every ${every === 1 ? "" : `${ordinal(every)} `}call ${whose}`;
  return nth === 1 ? `the next call ${whose}` : `the ${ordinal(nth)} call ${whose}`;
}
