/** The button behind the pills, "+3 optional", and the list of those options. */

import { h } from "../dom.js";
import { describeRange } from "./values.js";

export class MoreOptions {
  /**
   * @param {import("./options.js").OptionFields} pills
   * @param {import("./popup.js").Popup} popup
   */
  constructor(pills, popup) {
    this.pills = pills;
    this.popup = popup;
    this.element = h("button", { type: "button", class: "more-options", "aria-haspopup": "listbox",
      // The list opens with the focus: a press of the mouse must not do both.
      onmousedown: (event) => event.preventDefault(),
      onclick: () => (this.#isOpen ? popup.closeList() : this.open()),
      onfocus: () => this.open(),
      onblur: () => popup.closeList() });
  }

  /** Say how many there are. */
  count() {
    const count = this.pills.unused.length;
    this.element.hidden = count === 0;
    this.element.textContent = `+${count} optional`;
  }

  /** Show the list. */
  open() {
    if (this.#isOpen) return;
    if (document.activeElement !== this.element) {
      this.element.focus(); // which opens the list
      return;
    }
    const items = this.pills.unused.map((option) => ({
      label: option.name, description: option.description, note: describeRange(option), option,
    }));
    this.popup.explain(null);
    this.popup.list(this.element, items, { label: "Optional options" }, (item) => {
      this.popup.closeList();
      this.pills.add(item.option).focus();
    });
  }

  get #isOpen() {
    return this.popup.listbox.isOpen && this.popup.listbox.owner === this.element;
  }
}
