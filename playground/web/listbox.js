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
 * @property {() => Node} [sign] makes the picture before the label
 * @property {() => Node} [detail] makes what stands behind the label
 * @property {{name: string, sign?: () => Node}} [group] items of one group follow each other under
 *   its name
 * @property {boolean} [checked]
 */

export class Listbox {
  /** @param {(item: Item) => void} onChoose */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.items = [];
    this.rows = [];
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
    // Below a text area, which may be no combobox, browsers do not scroll it for the keyboard.
    this.element.tabIndex = owner.getAttribute("role") === "combobox" ? -1 : 0;
    this.element.setAttribute("aria-multiselectable", String(multiple));
    this.rows = items.map((item, index) => this.#row(item, index));
    this.element.replaceChildren(...grouped(items, this.rows));
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
    this.rows = [];
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
    this.rows.forEach((row, each) => {
      row.classList.toggle("active", each === index);
    });
    const row = this.rows[index];
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
      item.sign?.(),
      h("span", { class: "listbox-text" },
        h("span", { class: "listbox-label" }, item.label, item.detail?.()),
        item.description ? h("span", { class: "listbox-description" }, item.description) : null),
      item.note ? h("span", { class: "listbox-note" }, item.note) : null,
      item.checked ? icon("check") : null,
    ]));
  }
}

/** The rows, those of a group under its name. */
function grouped(items, rows) {
  const nodes = [];
  let section = null;
  items.forEach(({ group }, index) => {
    if (!group) {
      nodes.push(rows[index]);
      return;
    }
    if (section?.name !== group.name) {
      const heading = h("div", { class: "listbox-group", id: uniqueId("group"),
        role: "presentation" }, ...present([group.sign?.(), group.name]));
      section = { name: group.name,
        element: h("div", { role: "group", "aria-labelledby": heading.id }, heading) };
      nodes.push(section.element);
    }
    section.element.append(rows[index]);
  });
  return nodes;
}
