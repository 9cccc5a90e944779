/** All that may be broken: answers of the API, the gateway, the clock, rate limits. */

import { h } from "../dom.js";
import { getClock, getFaults } from "./calls.js";
import { ClockPart } from "./clock.js";
import { FaultForm } from "./fault-form.js";
import { FaultList } from "./fault-list.js";
import { gatewayFaults } from "./gateway-faults.js";
import { RateLimitsPart } from "./rate-limits.js";

export class Breaking {
  /**
   * @param {() => Iterable<string>} seenRoutes
   * @param {() => void} onCount the number of active faults may have changed
   */
  constructor(seenRoutes, onCount) {
    this.onCount = onCount;
    /** How many faults may still strike. */
    this.active = 0;
    this.form = new FaultForm(seenRoutes, () => this.refresh());
    this.list = new FaultList(() => this.refresh());
    this.clock = new ClockPart();
    this.limits = new RateLimitsPart();
    this.element = h("div", { class: "panel-scroll" },
      this.list.element,
      h("section", { class: "panel-part" }, h("h3", {}, "An answer of the API"), this.form.element),
      gatewayFaults(),
      this.clock.element,
      this.limits.element);
  }

  /** Begin a fault for a route. */
  prepare(route) {
    this.form.prepare(route);
  }

  /** Ask the server for all that is shown. */
  async refresh() {
    const [faults, clock] = await Promise.all([getFaults(), getClock(), this.limits.refresh()]);
    this.list.set(faults);
    this.clock.set(clock);
    this.active = faults.filter(({ spent }) => !spent).length;
    this.onCount();
  }
}
