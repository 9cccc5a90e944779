/** A line of help about the option being filled in, and the list that opens above it. */

import { h, present } from "../dom.js";
import { Listbox } from "../listbox.js";
import { describeRange } from "./values.js";

export class Popup {
  constructor() {
    /** What to do with the item that was chosen; set by whoever shows a list. */
    this.onChoose = () => {};
    this.listbox = new Listbox((item) => this.onChoose(item));
    // In the flow of the page rather than over it, so that it covers no message while one types.
    this.help = h("div", { class: "composer-help", hidden: true });
    this.note = h("p", { class: "popup-note", hidden: true });
    this.element = h("div", { class: "popup", hidden: true }, this.listbox.element, this.note);
    // Always there: what appears together with its text is not read out.
    this.voice = h("p", { class: "sr-only", role: "status" });
  }

  /** Whether a note stands in place of a list. */
  get isSaying() {
    return !this.note.hidden;
  }

  /** Explain an option; null for nothing. */
  explain(option) {
    this.help.replaceChildren(...(option ? explanation(option) : []));
    this.help.hidden = !option;
  }

  /** Show a list for a field or button; see Listbox.show. */
  list(owner, items, how, onChoose) {
    this.onChoose = onChoose;
    const before = this.listbox.items.length;
    this.listbox.show(owner, items, how);
    this.say("");
    if (items.length && items.length !== before) {
      this.voice.textContent = `${how.label}: ${items.length} to choose from`;
    }
  }

  /** Show a note in place of a list; "" for none. */
  say(text, { busy = false, failed = false } = {}) {
    this.note.replaceChildren(...present([
      busy ? h("span", { class: "spinner", "aria-hidden": "true" }) : null, text]));
    this.note.classList.toggle("failed", failed);
    this.note.hidden = !text;
    this.voice.textContent = text;
    this.#show();
  }

  /** Close the list, leaving the explanation. */
  closeList() {
    this.listbox.hide();
    this.say("");
  }

  /** Close everything. */
  close() {
    this.closeList();
    this.explain(null);
  }

  #show() {
    this.element.hidden = this.note.hidden && !this.listbox.isOpen;
  }
}

function explanation(option) {
  return present([
    h("strong", {}, option.name),
    h("span", {}, option.description),
    h("small", {}, [option.required ? "required" : "optional", describeRange(option)]
      .filter(Boolean).join(" · ")),
  ]);
}
