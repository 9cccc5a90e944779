/** What may stand in a field: its own choices, or those the bot is asked for while one types. */

import { Autocomplete } from "./autocomplete.js";

const SAYS = {
  loading: "Loading options…",
  failed: "Loading options failed.",
  ready: "No options match your search.",
};

export class Suggestions {
  /**
   * @param {import("./popup.js").Popup} popup
   * @param {(field: object) => Promise<object[]|null>} ask ask the bot for a field's choices
   * @param {(field: object) => void} taken a choice was taken for a field
   */
  constructor(popup, ask, taken) {
    this.popup = popup;
    this.taken = taken;
    this.field = null;
    this.autocomplete = new Autocomplete(ask, (...answer) => this.#answered(...answer));
  }

  /** Show what fits the text of a field. */
  show(field) {
    this.field = field;
    this.autocomplete.cancel();
    if (field.isList) {
      // Enter sends a text that is a choice already, and takes the first fitting one otherwise.
      const matches = field.matches();
      this.#list(field, matches, field.isEmpty || field.isSettled ? -1 : 0);
      if (!matches.length) this.popup.say(SAYS.ready);
    } else if (field.option.autocomplete) {
      this.autocomplete.request(field);
    } else {
      this.popup.closeList();
    }
  }

  /** Forget what the bot was asked. */
  cancel() {
    this.autocomplete.cancel();
  }

  #answered(state, choices) {
    const { popup, field } = this;
    if (document.activeElement !== field.input) return;
    if (state === "ready" && choices.length) {
      this.#list(field, choices, -1);
    } else {
      popup.listbox.hide();
      popup.say(SAYS[state], { busy: state === "loading", failed: state === "failed" });
    }
  }

  #list(field, choices, active) {
    const items = choices.map((choice) => ({
      label: choice.name,
      description: choice.description,
      sign: choice.sign,
      checked: field.chosen?.value === choice.value,
      choice,
    }));
    this.popup.list(field.input, items, { label: field.option.name, active }, (item) => {
      field.choose(item.choice);
      this.popup.closeList();
      this.taken(field);
    });
  }
}
