/** Discord's select as a control: a button, and the list that opens under it. */

import { h, uniqueId } from "./dom.js";
import { emojiText } from "./emoji.js";
import { optionsOf } from "./entities.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";

const PLACEHOLDERS = {
  3: "Make a selection", 5: "Choose a user", 6: "Choose a role", 7: "Choose a user or role",
  8: "Choose a channel",
};

export class Picker {
  /**
   * @param {object} component type 3, 5, 6, 7 or 8
   * @param {import("./store.js").Store} store
   * @param {object} how
   * @param {(values: string[]) => void} how.commit the choice is made: at once where one is to be
   *   chosen, when the list closes where several may be
   * @param {boolean} [how.busy] the choice is on its way
   * @param {boolean} [how.locked] another component's is
   * @param {string} [how.label] its name, where no placeholder says it
   */
  constructor(component, store, { commit, busy = false, locked = false, label = null }) {
    this.commit = commit;
    this.locked = locked;
    this.customId = component.custom_id;
    this.placeholder = component.placeholder ?? PLACEHOLDERS[component.type];
    this.label = label ?? this.placeholder;
    this.options = optionsOf(component, store);
    this.most = Math.min(component.max_values ?? 1, this.options.length);
    this.least = component.min_values ?? 1;
    this.several = (component.max_values ?? 1) > 1;
    this.chosen = new Set(this.options.filter((option) => option.default)
      .map((option) => option.value));
    this.typed = { text: "", at: 0 };
    this.listbox = new Listbox((item) => this.#choose(item.option.value));
    this.text = h("span", { class: "select-text" });
    this.hint = h("span", { class: "select-hint", id: uniqueId("hint") });
    this.button = this.#button(component.disabled, busy);
    this.element = h("div", { class: "select" }, this.button, this.listbox.element, this.hint);
    this.#show();
  }

  /** What is chosen, in the order of choosing. */
  get values() {
    return [...this.chosen];
  }

  #button(disabled, busy) {
    return h("button", {
      type: "button",
      class: "select-button",
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": this.label,
      "aria-describedby": this.hint.id,
      "aria-busy": busy ? "true" : null,
      dataset: { customId: this.customId },
      disabled,
      onclick: () => (this.listbox.isOpen ? this.#close() : this.#open()),
      onkeydown: (event) => this.#key(event),
      onblur: () => this.#close(),
    }, this.text, busy ? h("span", { class: "spinner", "aria-hidden": "true" }) : icon("down"));
  }

  #open(active = null) {
    if (this.locked) return;
    this.before ??= this.values.join();
    const items = this.options.map((option) => ({
      label: option.label,
      description: option.description,
      checked: this.chosen.has(option.value),
      sign: option.sign ?? (option.emoji
        && (() => h("span", { class: "option-emoji" }, emojiText(option.emoji)))),
      option,
    }));
    const first = items.findIndex((item) => item.checked);
    this.listbox.show(this.button, items, {
      label: this.label,
      active: active ?? Math.max(first, 0),
      multiple: this.several,
    });
    this.#place();
  }

  /** The list opens upward where there is no room below. */
  #place() {
    const clip = this.element.closest(".scroller, .dialog-body")?.getBoundingClientRect();
    const bottom = Math.min(clip?.bottom ?? innerHeight, innerHeight);
    const top = Math.max(clip?.top ?? 0, 0);
    const box = this.button.getBoundingClientRect();
    const needed = this.listbox.element.offsetHeight + 8;
    this.element.classList.toggle("upward",
      box.bottom + needed > bottom && box.top - top > bottom - box.bottom);
  }

  #close() {
    if (!this.listbox.isOpen) return;
    this.listbox.hide();
    const changed = this.values.join() !== this.before;
    this.before = undefined;
    if (this.several && changed && this.chosen.size >= this.least) this.commit(this.values);
  }

  #choose(value) {
    if (!this.several) {
      // Where nothing need be chosen, choosing the same again takes it back.
      const again = this.chosen.has(value) && this.least === 0;
      this.chosen = new Set(again ? [] : [value]);
      this.listbox.hide();
      this.before = undefined;
      this.#show();
      this.commit(this.values);
      return;
    }
    if (this.chosen.has(value)) this.chosen.delete(value);
    else if (this.chosen.size < this.most) this.chosen.add(value);
    this.#show();
    this.#open(this.listbox.activeIndex);
  }

  #show() {
    const labels = this.values.map((value) => (
      this.options.find((option) => option.value === value)?.label));
    this.text.textContent = labels.join(", ") || this.placeholder;
    this.text.classList.toggle("placeholder", labels.length === 0);
    const few = this.several && this.chosen.size > 0 && this.chosen.size < this.least;
    const full = this.several && this.chosen.size === this.most && this.most < this.options.length;
    this.hint.textContent = few ? `Choose at least ${this.least}.`
      : full ? `No more than ${this.most} can be chosen.` : "";
  }

  #key(event) {
    const { listbox } = this;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (listbox.isOpen) listbox.move(event.key === "ArrowDown" ? 1 : -1);
      else this.#open();
    } else if (listbox.isOpen && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      listbox.chooseActive();
    } else if (listbox.isOpen && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") {
      this.#jump(event.key);
    }
  }

  /** Typing goes to the option that begins so. */
  #jump(letter) {
    const now = Date.now();
    this.typed = { text: (now - this.typed.at < 800 ? this.typed.text : "") + letter, at: now };
    const wanted = this.typed.text.toLowerCase();
    const index = this.options.findIndex(({ label }) => label.toLowerCase().startsWith(wanted));
    if (index < 0) return;
    if (this.listbox.isOpen) this.listbox.activate(index);
    else this.#open(index);
  }
}
