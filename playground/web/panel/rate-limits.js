/** The rate limits: tightened for a try, and how near the bot is to Discord's ban. */

import { h } from "../dom.js";
import { getRateLimits, resetRateLimits, setRateLimits } from "./calls.js";
import { field, number } from "./fault-form.js";
import { count } from "./format.js";

export class RateLimitsPart {
  constructor() {
    this.route = h("input", { type: "text", class: "panel-input mono", required: true,
      spellcheck: "false", autocomplete: "off", value: "POST /channels/*/messages" });
    this.requests = number("Requests", 1, { min: 1, max: 9999 });
    this.seconds = number("Seconds", 5, { min: 1, max: 3600 });
    this.list = h("ul", { class: "limits" });
    this.reset = h("button", { type: "button", class: "small-button",
      onclick: () => this.#do(() => resetRateLimits()) }, "Back to the defaults");
    this.invalid = h("p", { class: "said" });
    this.problem = h("p", { class: "panel-problem", role: "alert" });
    this.element = h("section", { class: "panel-part" },
      h("h3", {}, "Rate limits"),
      h("form", { class: "fault-form", onsubmit: (event) => this.#submit(event) },
        field("Of the calls to", this.route),
        h("div", { class: "form-row" },
          field("let pass", this.requests), field("in seconds", this.seconds),
          h("button", { type: "submit", class: "button button-secondary" }, "Limit")),
        this.problem),
      this.list, this.reset, this.invalid);
  }

  /** Ask the server and show what it says. */
  async refresh() {
    const { limits, global, invalid_requests: invalid } = await getRateLimits();
    this.list.replaceChildren(...limits.map(({ route, requests, seconds }) => (
      h("li", {}, h("code", {}, route), ` ${requests} in ${seconds} s`))));
    this.reset.hidden = limits.length === 0;
    const banned = invalid.banned_for_s === null ? ""
      : `; banned for ${Math.ceil(invalid.banned_for_s)} s`;
    this.invalid.textContent = `All together: ${count(global.requests)} in ${global.seconds} s. `
      + `Invalid requests (401, 403, 429): ${count(invalid.count)} of `
      + `${count(invalid.limit)}${banned}.`;
  }

  #submit(event) {
    event.preventDefault();
    this.#do(() => setRateLimits({ route: this.route.value.trim(),
      requests: Number(this.requests.value), seconds: Number(this.seconds.value) }));
  }

  async #do(call) {
    this.problem.textContent = "";
    try {
      await call();
      await this.refresh();
    } catch (error) {
      this.problem.textContent = error.message;
    }
  }
}
