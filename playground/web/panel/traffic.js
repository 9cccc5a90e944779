/** The traffic: what passes between the bot, the people and the playground, with its details. */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { Detail } from "./detail.js";
import { Filter, toggle } from "./filter.js";
import { count } from "./format.js";
import { Rows } from "./rows.js";
import { splitter } from "./splitter.js";

export class Traffic {
  /**
   * @param {import("./feed.js").Feed} feed
   * @param {(route: string) => void} breakRoute prepare a fault for a route
   */
  constructor(feed, breakRoute) {
    this.feed = feed;
    this.filter = new Filter();
    this.detail = new Detail({ close: () => this.#closeDetail(), breakRoute });
    this.rows = new Rows((item) => this.#choose(item), () => this.detail.element.focus());
    this.pause = toggle("pause", "Pause", () => feed.pause(!feed.paused));
    this.counts = h("p", { class: "traffic-counts" });
    this.empty = h("p", { class: "empty" });
    this.grip = splitter({ key: "playground panel detail", label: "Height of the details",
      axis: "y", target: this.detail.element, least: 120,
      most: () => this.element.clientHeight - 170,
      initial: Math.round(window.innerHeight * 0.45) });
    this.element = h("div", { class: "traffic" },
      h("div", { class: "toolbar" }, this.filter.field, this.pause,
        h("button", { type: "button", class: "icon-button", title: "Clear",
          onclick: () => this.#clear() }, icon("trash"), hiddenText("Clear"))),
      this.filter.element,
      h("div", { class: "traffic-list" }, this.empty, this.rows.element),
      h("div", { class: "traffic-foot" }, this.counts, this.rows.newest),
      this.grip,
      this.detail.element);
    this.grip.hidden = true;
    this.#listen();
    this.#refilter();
  }

  #listen() {
    const { feed } = this;
    feed.addEventListener("add", ({ detail }) => {
      if (!this.filter.shows(detail)) return;
      this.rows.push(detail);
      this.#countSoon();
    });
    feed.addEventListener("trim", () => {
      const kept = new Set(feed.items);
      const gone = this.rows.items.findIndex((item) => kept.has(item));
      this.rows.dropFirst(gone < 0 ? this.rows.items.length : gone);
    });
    feed.addEventListener("reset", () => this.#refilter());
    feed.addEventListener("status", () => this.#showStatus());
    this.filter.addEventListener("change", () => this.#refilter());
  }

  #clear() {
    this.feed.clear();
    this.rows.choose(null);
  }

  #refilter() {
    this.rows.set(this.feed.items.filter((item) => this.filter.shows(item)));
    this.#countSoon();
  }

  #choose(item) {
    this.detail.show(item);
    this.grip.hidden = item === null;
  }

  #closeDetail() {
    this.rows.choose(null);
    this.rows.list.focus();
  }

  #showStatus() {
    const { paused } = this.feed;
    this.pause.setAttribute("aria-pressed", String(paused));
    this.pause.replaceChildren(icon(paused ? "play" : "pause"), hiddenText("Pause"));
    this.#countSoon();
  }

  #countSoon() {
    this.counting ??= requestAnimationFrame(() => {
      this.counting = null;
      this.#count();
    });
  }

  #count() {
    const { feed, rows } = this;
    const shown = rows.items.length;
    const parts = [shown === feed.items.length ? `${count(shown)} shown`
      : `${count(shown)} of ${count(feed.items.length)} shown`];
    if (feed.paused) parts.push(`paused, ${count(feed.held.length)} more came`);
    if (!feed.connected) parts.push("not connected, trying again");
    this.counts.textContent = parts.join(" · ");
    this.counts.classList.toggle("traffic-warns", feed.paused || !feed.connected);
    this.empty.hidden = shown > 0;
    this.empty.textContent = feed.items.length
      ? "Nothing of what passed fits the filters."
      : "Nothing has passed yet. Type a command in the channel, and watch what the bot does.";
  }
}
