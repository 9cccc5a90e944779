/** A pill to type in: free text, a number, or one of a list. */

import { h } from "../dom.js";
import { channelsOf, fitting, rolesOf, usersOf } from "./entities.js";
import { Field } from "./field.js";
import { OptionType } from "./parse.js";
import { readValue } from "./values.js";

const BOOLEANS = [{ name: "True", value: true }, { name: "False", value: false }];
const ENTITIES = {
  [OptionType.USER]: (store) => usersOf(store),
  [OptionType.ROLE]: (store) => rolesOf(store),
  [OptionType.MENTIONABLE]: (store) => [...usersOf(store), ...rolesOf(store)],
  [OptionType.CHANNEL]: (store, option) => channelsOf(store, option.channel_types),
};
const KEYBOARDS = { [OptionType.INTEGER]: "numeric", [OptionType.NUMBER]: "decimal" };
const SIZES_ITSELF = CSS.supports("field-sizing", "content");

export class TextField extends Field {
  /**
   * @param {object} option as registered
   * @param {import("../store.js").Store} store
   * @param {object} hooks see Field
   */
  constructor(option, store, hooks) {
    super(option, hooks);
    this.store = store;
    this.chosen = null; // the choice taken from a list: its name may not be its value
    this.isList = Boolean(this.choices);
    this.build(this.#input());
  }

  /** Its own choices, or the entities of the place, which come and go. */
  get choices() {
    const { option } = this;
    if (option.choices?.length) return option.choices;
    if (option.type === OptionType.BOOLEAN) return BOOLEANS;
    return ENTITIES[option.type]?.(this.store, option) ?? null;
  }

  /** What was typed. */
  get text() {
    return this.input.value;
  }

  set text(text) {
    this.chosen = null;
    this.input.value = text;
    this.resize();
  }

  /** What can be put back later by `restore`. */
  get content() {
    return { text: this.text, chosen: this.chosen };
  }

  /** @param {{text: string, chosen?: object}} content */
  restore({ text, chosen = null }) {
    this.text = text;
    this.chosen = chosen;
  }

  /** Take a choice from a list. */
  choose(choice) {
    this.text = choice.name;
    this.chosen = choice;
  }

  readFilled() {
    if (this.chosen?.name === this.text) return { value: this.chosen.value };
    return readValue({ ...this.option, choices: this.choices }, this.text);
  }

  /** The choices that fit what was typed; all of them where a choice is taken already. */
  matches() {
    const all = this.choices ?? [];
    const wanted = this.text.trim().toLowerCase();
    if (all.some((choice) => choice.name.toLowerCase() === wanted)) return all;
    return fitting(all, this.text);
  }

  /** Whether the text is one of the choices already, and not just the beginning of its name. */
  get isSettled() {
    const wanted = this.text.trim().toLowerCase();
    const signed = [wanted, `@${wanted}`, `#${wanted}`];
    return this.chosen?.name === this.text
      || (this.choices ?? []).some((choice) => signed.includes(choice.name.toLowerCase()));
  }

  resize() {
    if (SIZES_ITSELF) return;
    if (this.input.tagName === "TEXTAREA") {
      this.element.classList.add("whole-line");
      this.input.style.height = "auto";
      const height = this.input.scrollHeight; // 0 while it is not in the page
      this.input.style.height = height ? `${height}px` : "";
    } else {
      this.input.size = Math.max(4, this.input.value.length + 1);
    }
  }

  #input() {
    const { option } = this;
    const picks = this.isList || option.autocomplete;
    const props = {
      placeholder: picks ? "…" : "",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": picks ? "list" : null,
      "aria-haspopup": picks ? "listbox" : null,
      ...this.description,
    };
    // Long prompts wrap, so free text gets a text area; its role allows no combobox.
    if (option.type === OptionType.STRING && !picks) return h("textarea", { rows: 1, ...props });
    return h("input", {
      type: "text",
      inputmode: KEYBOARDS[option.type],
      role: picks ? "combobox" : null,
      "aria-expanded": picks ? "false" : null,
      ...props,
    });
  }
}
