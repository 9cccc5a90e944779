/**
 * A list to choose from while the focus stays in a text field or on a button: the commands, an
 * option's choices, autocomplete, a select's options.
 */

import { h, present, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {string} [description]
 * @property {string} [note] small, at the right
 * @property {boolean} [checked]
 */

export class Listbox {
  /** @param {(item: Item) => void} onChoose */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.items = [];
    this.activeIndex = -1;
    this.owner = null;
    this.element = h("div", {
      class: "listbox",
      role: "listbox",
      id: uniqueId("list"),
      hidden: true,
      // The focus must stay where the user types.
      onmousedown: (event) => event.preventDefault(),
    });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @returns {Item|null} */
  get active() {
    return this.items[this.activeIndex] ?? null;
  }

  /**
   * Show items for a field or button.
   *
   * @param {HTMLElement} owner what keeps the focus
   * @param {Item[]} items
   * @param {{label: string, active?: number, multiple?: boolean}} how
   */
  show(owner, items, { label, active = -1, multiple = false }) {
    if (this.owner !== owner) this.hide();
    this.owner = owner;
    this.items = items;
    this.element.setAttribute("aria-label", label);
    this.element.setAttribute("aria-multiselectable", String(multiple));
    this.element.replaceChildren(...items.map((item, index) => this.#row(item, index)));
    this.element.hidden = items.length === 0;
    if (owner.getAttribute("role") === "combobox") {
      owner.setAttribute("aria-expanded", String(this.isOpen));
    }
    owner.setAttribute("aria-controls", this.element.id);
    this.activate(active);
  }

  hide() {
    this.element.hidden = true;
    this.items = [];
    this.activeIndex = -1;
    if (this.owner?.getAttribute("role") === "combobox") {
      this.owner.setAttribute("aria-expanded", "false");
    }
    this.owner?.removeAttribute("aria-activedescendant");
    this.owner?.removeAttribute("aria-controls");
    this.owner = null;
  }

  /** Make an item the one that Enter takes; -1 for none. */
  activate(index) {
    this.activeIndex = index;
    [...this.element.children].forEach((row, each) => {
      row.classList.toggle("active", each === index);
    });
    const row = this.element.children[index];
    if (row) {
      this.owner.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      this.owner?.removeAttribute("aria-activedescendant");
    }
  }

  /** Go down (1) or up (-1), round the ends. */
  move(by) {
    const count = this.items.length;
    if (!count) return;
    const from = this.activeIndex < 0 && by < 0 ? 0 : this.activeIndex;
    this.activate((from + by + count) % count);
  }

  /** Take the active item; false where there is none. */
  chooseActive() {
    const item = this.active;
    if (!item) return false;
    this.onChoose(item);
    return true;
  }

  #row(item, index) {
    return h("div", {
      class: "listbox-item",
      role: "option",
      id: uniqueId("item"),
      "aria-selected": String(Boolean(item.checked)),
      onmousemove: () => {
        if (this.activeIndex !== index) this.activate(index);
      },
      onclick: () => this.onChoose(item),
    }, ...present([
      h("span", { class: "listbox-text" },
        h("span", { class: "listbox-label" }, item.label),
        item.description ? h("span", { class: "listbox-description" }, item.description) : null),
      item.note ? h("span", { class: "listbox-note" }, item.note) : null,
      item.checked ? icon("check") : null,
    ]));
  }
}
