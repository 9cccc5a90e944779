/**
 * The list of the traffic. Only the rows in sight exist, so thousands of items cost as much as
 * thirty; they are read and chosen with the arrow keys as in a list box.
 */

import { h, uniqueId } from "../dom.js";
import { icon } from "../icons.js";
import { renderRow } from "./row.js";

const ROW = 30; // px; panel.css says so too
const AROUND = 6; // rows beyond what is seen, for the time until the next frame
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

export class Rows {
  /**
   * @param {(item: object|null) => void} onChoose an item was chosen
   * @param {() => void} onEnter Enter was pressed on it
   */
  constructor(onChoose, onEnter) {
    this.onChoose = onChoose;
    this.onEnter = onEnter;
    this.items = [];
    this.chosen = null;
    /** Whether the newest stays in sight. */
    this.following = true;
    this.frame = null;
    this.drawn = new Map(); // item → its row
    this.sheet = h("div", { class: "rows-sheet", role: "none" });
    this.list = h("div", { class: "rows", role: "listbox", tabindex: "0", "aria-live": "off",
      "aria-label": "Traffic", onkeydown: (event) => this.#key(event),
      onclick: (event) => this.#clicked(event) }, this.sheet);
    this.list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    /** Leads back to the newest item; whoever shows the list finds a place for it. */
    this.newest = h("button", { type: "button", class: "small-button", hidden: true,
      onclick: () => this.follow() }, icon("arrowDown"), "Newest");
    this.element = this.list;
    new ResizeObserver(() => this.draw()).observe(this.list);
  }

  /** Show other items. */
  set(items) {
    this.items = items;
    this.draw();
  }

  /** Show one more, at the end. */
  push(item) {
    this.items.push(item);
    this.draw();
  }

  /** Take items out at the beginning; what is in sight stays where it is. */
  dropFirst(count) {
    this.items.splice(0, count);
    if (!this.following) this.list.scrollTop -= count * ROW;
    this.draw();
  }

  /** Go to the newest item, and stay with it. */
  follow() {
    this.following = true;
    this.draw();
  }

  /** Choose an item, or none. */
  choose(item) {
    this.chosen = item;
    this.onChoose(item);
    if (item) {
      this.following = item === this.items.at(-1) && this.following;
      this.#reveal(this.items.indexOf(item));
    }
    this.draw();
  }

  /** Draw what is in sight, once before the next picture on the screen. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  #draw() {
    const { list, items } = this;
    const height = `${items.length * ROW}px`;
    if (this.sheet.style.height !== height) this.sheet.style.height = height;
    if (this.following) list.scrollTop = items.length * ROW;
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - AROUND);
    const last = Math.min(items.length, first + Math.ceil(list.clientHeight / ROW) + 2 * AROUND);
    const wanted = new Set(items.slice(first, last));
    for (const [item, row] of this.drawn) {
      if (wanted.has(item)) continue;
      row.remove();
      this.drawn.delete(item);
    }
    for (let index = first; index < last; index += 1) this.#place(items[index], index);
    const active = this.drawn.get(this.chosen);
    if (active) list.setAttribute("aria-activedescendant", active.id);
    else list.removeAttribute("aria-activedescendant");
    this.newest.hidden = this.following || items.length === 0;
  }

  #place(item, index) {
    let row = this.drawn.get(item);
    if (!row) {
      row = renderRow(item);
      row.id = uniqueId("row");
      row.setAttribute("role", "option");
      this.drawn.set(item, row);
      this.sheet.append(row);
    }
    row.style.transform = `translateY(${index * ROW}px)`;
    row.setAttribute("aria-posinset", String(index + 1));
    row.setAttribute("aria-setsize", String(this.items.length));
    row.setAttribute("aria-selected", String(item === this.chosen));
  }

  #scrolled() {
    // What is drawn counts: items that come later must not look like scrolling away from the end.
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    this.following = scrollTop + clientHeight >= scrollHeight - ROW / 2;
    this.draw();
  }

  #reveal(index) {
    const { list } = this;
    // With a neighbor on either side, so that one sees that there are more.
    const top = (index - 1) * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    const bottom = top + 3 * ROW - list.clientHeight;
    if (bottom > list.scrollTop) list.scrollTop = bottom;
  }

  #clicked(event) {
    const row = event.target.closest("[role=option]");
    const found = [...this.drawn].find(([, each]) => each === row);
    if (found && found[0].kind !== "note") this.choose(found[0]);
  }

  #key(event) {
    const { items } = this;
    const at = items.indexOf(this.chosen);
    if (event.key === "Enter" && at >= 0) this.onEnter();
    else if (event.key === "Home") this.#step(0, 1);
    else if (event.key === "End") this.#step(items.length - 1, -1);
    else if (STEPS[event.key]) this.#walk(at, STEPS[event.key]);
    else return;
    event.preventDefault();
  }

  #walk(at, by) {
    const start = at < 0 ? this.items.length - 1 : at + by;
    const place = Math.min(this.items.length - 1, Math.max(0, start));
    this.#step(place, Math.sign(by));
  }

  /** Choose the item at a place, or the next in that direction which can be chosen. */
  #step(place, direction) {
    let index = place;
    while (this.items[index]?.kind === "note") index += direction;
    if (this.items[index]) this.choose(this.items[index]);
  }
}
