/**
 * The options of the chosen command as labeled fields: required ones first, optional ones on
 * demand.
 *
 * An option's name typed with a colon, as in "a red star seed:", goes on in that option's field,
 * so a command can be typed as one line. Backspace at once takes that back.
 */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { Field } from "./field.js";
import { nameAtEnd } from "./parse.js";
import { autocompleteData, commandData } from "./payload.js";
import { Suggestions } from "./suggestions.js";

export class OptionFields {
  /**
   * @param {object} entry the command, see entriesOf
   * @param {{store: object, popup: import("./popup.js").Popup, ask: Function, submit: () => void,
   *   leave: (text: string) => void, changed: () => void}} context
   */
  constructor(entry, context) {
    this.entry = entry;
    this.context = context;
    this.fields = [];
    this.current = null;
    this.more = h("button", { type: "button", class: "more-options", "aria-haspopup": "listbox",
      onclick: () => this.#offerMore(), onkeydown: (event) => this.#moreKey(event),
      onblur: () => context.popup.closeList() });
    const remove = h("button", { type: "button", class: "chip-remove", tabindex: "-1",
      onclick: () => context.leave("") }, icon("close"), hiddenText(`Remove /${entry.name}`));
    this.element = h("div", { class: "fields", role: "group", "aria-label": `/${entry.name}`,
      onkeydown: (event) => this.#key(event) },
    h("span", { class: "command-chip" }, `/${entry.name}`, remove), this.more);
    this.suggestions = new Suggestions(
      context.popup,
      (field) => context.ask(entry, autocompleteData(entry, this.fields, field)),
      (field) => this.#taken(field),
    );
    const required = entry.options.filter((option) => option.required);
    // There is always a field to be in, even where all options are optional.
    for (const option of required.length ? required : entry.options.slice(0, 1)) this.#add(option);
    this.#countMore();
  }

  /** Fill in what was typed or recalled, and go on where it ended. */
  fill(values, last, focus = true) {
    for (const option of this.entry.options) {
      if (values.has(option.name)) this.#fieldOf(option).text = values.get(option.name);
    }
    const open = this.fields.find((field) => field.option.required && !field.text);
    const field = this.fields.find((each) => each.option.name === last) ?? open ?? this.fields[0];
    if (focus) this.#focus(field);
  }

  /** What was typed, by option name. */
  get values() {
    return new Map(this.fields.filter((field) => !field.isFile && field.text.trim())
      .map((field) => [field.option.name, field.text]));
  }

  /** The command as one line of text. */
  get line() {
    return [`/${this.entry.name}`, ...[...this.values].map((pair) => pair.join(": "))].join(" ");
  }

  /** Check everything: {problem, field} or {data, files}. */
  collect() {
    for (const field of this.fields) field.mark(false);
    for (const field of this.fields) {
      const problem = field.read()?.error;
      if (problem) return { problem, field };
    }
    return commandData(this.entry, this.fields);
  }

  /** Point at a field that is wrong. */
  blame(field) {
    field.mark(true);
    this.#focus(field);
  }

  /** Go on after the fields were away. */
  resume() {
    this.#focus(this.current ?? this.fields[0]);
  }

  /** Stop whatever is under way. */
  dispose() {
    this.suggestions.cancel();
    this.context.popup.close();
  }

  #add(option) {
    const field = new Field(option, this.context.store, () => this.#changed(field));
    field.input.addEventListener("focus", () => this.#entered(field));
    field.input.addEventListener("blur", () => this.context.popup.closeList());
    field.input.addEventListener("input", (event) => this.#typed(field, event));
    this.fields.push(field);
    this.more.before(field.element);
    this.#countMore();
    return field;
  }

  #fieldOf(option) {
    return this.fields.find((field) => field.option.name === option.name) ?? this.#add(option);
  }

  #remove(field) {
    const index = this.fields.indexOf(field);
    this.fields.splice(index, 1);
    const next = this.fields[Math.max(0, index - 1)];
    if (next) this.#focus(next);
    field.element.remove();
    this.#countMore();
  }

  #focus(field) {
    if (!field) return;
    field.input.focus();
    const end = field.input.value.length;
    if (!field.isFile) field.input.setSelectionRange(end, end);
  }

  #entered(field) {
    this.current = field;
    field.resize();
    this.context.popup.explain(field.option);
    this.suggestions.show(field);
  }

  #typed(field, event) {
    field.chosen = null;
    field.resize();
    this.#changed(field);
    // Only what is typed: text that is pasted into a field stays in it.
    if (event.inputType === "insertText" && this.#jumped(field)) return;
    this.suggestions.show(field);
  }

  #changed(field) {
    field.mark(false);
    this.context.changed();
  }

  /** Whether the name of another option was just typed: the caret is in its field then. */
  #jumped(field) {
    if (field.isFile || field.input.selectionEnd !== field.text.length) return false;
    const named = nameAtEnd(field.text, this.entry.options);
    if (!named || field.literal.has(named.option.name)) return false;
    if (named.option.name === field.option.name) {
      // "/imagine prompt: …": the name of the very field one is in.
      if (named.before.trim()) return false;
      field.text = "";
      return false;
    }
    const target = this.#fieldOf(named.option);
    if (target.text.trim()) return false;
    target.cameFrom = { field, text: field.text, name: named.option.name };
    field.text = named.before;
    this.#focus(target);
    return true;
  }

  /** A choice was taken: on to what is still missing. */
  #taken(field) {
    this.#changed(field);
    const open = this.fields.find((each) => each.option.required && !each.text);
    this.#focus(open ?? field);
    if (!open) this.context.popup.closeList();
  }

  #offerMore() {
    const { popup } = this.context;
    if (popup.listbox.isOpen && popup.listbox.owner === this.more) {
      popup.closeList();
      return;
    }
    this.more.focus();
    const items = this.#unused().map((option) => ({
      label: option.name, description: option.description, option,
    }));
    popup.explain(null);
    popup.list(this.more, items, { label: "Optional options", active: 0 }, (item) => {
      popup.closeList();
      this.#focus(this.#add(item.option));
    });
  }

  #unused() {
    const used = new Set(this.fields.map((field) => field.option.name));
    return this.entry.options.filter((option) => !used.has(option.name));
  }

  #countMore() {
    const count = this.#unused().length;
    this.more.hidden = count === 0;
    this.more.textContent = `+${count} optional`;
  }

  #moreKey(event) {
    const { popup } = this.context;
    if (popup.listbox.isOpen || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    this.#offerMore();
  }

  #key(event) {
    const { listbox } = this.context.popup;
    if (event.isComposing) return;
    const field = this.fields.find((each) => each.input === event.target);
    if (event.key === "Enter") {
      if (event.target === this.more && !listbox.isOpen) return;
      event.preventDefault();
      if (listbox.isOpen && listbox.chooseActive()) return;
      if (field?.isFile && !field.file) field.input.click();
      else this.context.submit();
    } else if (event.key === "Tab" && listbox.isOpen && listbox.active && !event.shiftKey) {
      const active = document.activeElement;
      listbox.chooseActive();
      // Taking a choice may have moved on by itself.
      if (document.activeElement !== active) event.preventDefault();
    } else if (event.key === "Escape" && listbox.isOpen) {
      event.preventDefault();
      this.context.popup.closeList();
    } else if (listbox.isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      listbox.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (field && !field.isFile) {
      this.#edgeKey(event, field);
    }
  }

  /** Keys that matter only at the edge of a field. */
  #edgeKey(event, field) {
    const { selectionStart, selectionEnd, value } = field.input;
    if (selectionStart !== selectionEnd) return;
    const index = this.fields.indexOf(field);
    const atStart = selectionStart === 0;
    if (event.key === "Backspace" && !value) {
      event.preventDefault();
      this.#takeBack(field);
    } else if (event.key === "ArrowLeft" && atStart && index > 0) {
      event.preventDefault();
      this.#focus(this.fields[index - 1]);
    } else if (event.key === "ArrowRight" && selectionStart === value.length
      && this.fields[index + 1]) {
      event.preventDefault();
      this.#focus(this.fields[index + 1]);
    }
  }

  /** Backspace in an empty field: undo the jump into it, remove it, or leave the command. */
  #takeBack(field) {
    if (field.cameFrom) {
      const { field: origin, text, name } = field.cameFrom;
      field.cameFrom = null;
      origin.literal.add(name);
      origin.text = text;
      if (!field.option.required) this.#remove(field);
      this.#focus(origin);
    } else if (!field.option.required && this.fields.length > 1) {
      this.#remove(field);
    } else if (this.fields.every((each) => !each.text)) {
      this.context.leave(`/${this.entry.name}`);
    } else {
      this.#focus(this.fields[this.fields.indexOf(field) - 1]);
    }
  }
}
