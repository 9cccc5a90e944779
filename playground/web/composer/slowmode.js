/** How long one has to wait between two messages, and how much of that is left. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { BYPASS_SLOWMODE } from "../permissions.js";

export class SlowMode {
  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.until = new Map(); // user and channel → when one may write again (ms)
    this.timer = null;
    this.note = h("span", {});
    this.element = h("p", { class: "slow-mode", hidden: true }, icon("clock"), this.note);
  }

  /** A message was sent in the channel that is shown: the wait begins. */
  sent() {
    const { rate_limit_per_user: seconds = 0 } = this.store.channel;
    if (seconds && !this.#isExempt) this.wait(this.place, seconds);
  }

  /** One has to wait so long in a place, as the server said, or not at all. */
  wait(place, seconds) {
    this.until.set(place, Date.now() + seconds * 1000);
    this.refresh();
  }

  /** Which wait is shown: each user has one in each channel. */
  get place() {
    return `${this.store.userId} ${this.store.channelId}`;
  }

  /** Seconds that are left in the channel that is shown. */
  get left() {
    return Math.max(0, Math.ceil(((this.until.get(this.place) ?? 0) - Date.now()) / 1000));
  }

  /** Show what holds for the channel that is shown. */
  refresh() {
    clearTimeout(this.timer);
    const { rate_limit_per_user: seconds = 0 } = this.store.channel;
    const { left } = this;
    this.element.hidden = !seconds && !left;
    this.element.classList.toggle("waiting", left > 0);
    if (left) {
      this.note.textContent = `Slow mode: ${duration(left)} left`;
      this.timer = setTimeout(() => this.refresh(), 500);
    } else if (seconds) {
      this.note.textContent = this.#isExempt ? "Slow mode is on, but not for you"
        : `Slow mode: a message every ${duration(seconds)}`;
    }
  }

  get #isExempt() {
    return this.store.may(this.store.channel, BYPASS_SLOWMODE);
  }
}

/** "45 s", "2 min 5 s", "6 h". */
export function duration(seconds) {
  const parts = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"]];
  return parts.filter(([count]) => count).map((part) => part.join(" ")).join(" ") || "0 s";
}
