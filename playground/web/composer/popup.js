/** A line of help about the option being filled in, and the list that opens above it. */

import { h, present } from "../dom.js";
import { Listbox } from "../listbox.js";
import { describeRange } from "./parse.js";

export class Popup {
  constructor() {
    /** What to do with the item that was chosen; set by whoever shows a list. */
    this.onChoose = () => {};
    this.listbox = new Listbox((item) => this.onChoose(item));
    // In the flow of the page rather than over it, so that it covers no message while one types.
    this.help = h("div", { class: "composer-help", hidden: true });
    this.note = h("p", { class: "popup-note", role: "status", hidden: true });
    this.element = h("div", { class: "popup", hidden: true }, this.listbox.element, this.note);
  }

  /** Explain an option; null for nothing. */
  explain(option) {
    this.help.replaceChildren(...(option ? explanation(option) : []));
    this.help.hidden = !option;
  }

  /** Show a list for a field or button; see Listbox.show. */
  list(owner, items, how, onChoose) {
    this.onChoose = onChoose;
    this.listbox.show(owner, items, how);
    this.say("");
  }

  /** Show a note in place of a list. */
  say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
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
