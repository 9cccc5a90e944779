/** The pill of one option: its name, its input, and what is wrong with it. */

import { h, hiddenText, uniqueId } from "../dom.js";
import { icon } from "../icons.js";
import { REQUIRED, describeRange } from "./values.js";

export class Field {
  /**
   * @param {object} option as registered
   * @param {{changed: (field: Field, problem?: string) => void,
   *   remove: (field: Field) => void}} hooks
   */
  constructor(option, hooks) {
    this.option = option;
    this.hooks = hooks;
    this.isFile = false;
    this.isList = false;
    /** Where the caret was when this option's name was typed, to take that back. */
    this.cameFrom = null;
    this.literal = new Set(); // option names that are plain words in this field
    this.errorId = uniqueId("wrong");
  }

  /** Put the pill together around an input. */
  build(input, ...beside) {
    const { option } = this;
    this.input = input;
    input.id = uniqueId("option");
    this.error = h("span", { class: "sr-only", id: this.errorId });
    this.element = h("div", {
      class: `field ${option.required ? "required" : "optional"} ${this.isFile ? "file" : ""}`,
      dataset: { option: option.name },
    },
    h("label", { class: "field-name", for: input.id }, option.name),
    h("span", { class: "field-input" }, input, beside),
    option.required ? null : h("button", { type: "button", class: "chip-remove", tabindex: "-1",
      title: `Remove ${option.name}`, onclick: () => this.hooks.remove(this) },
    icon("close"), hiddenText(`Remove ${option.name}`)),
    this.error);
  }

  /** The attributes that say to screen readers what belongs here. */
  get description() {
    const { option } = this;
    return {
      "aria-required": option.required ? "true" : null,
      "aria-description": [option.description, describeRange({ ...option, choices: this.choices })]
        .filter(Boolean).join("; "),
    };
  }

  /** The choices of a field that has some; null elsewhere. */
  get choices() {
    return null;
  }

  /** Whether nothing is in it. */
  get isEmpty() {
    return !this.text.trim();
  }

  /** What the field means: {value} | {error} | null where it is empty. */
  read() {
    if (this.isEmpty) return this.option.required ? { error: REQUIRED } : null;
    return this.readFilled();
  }

  /** What is wrong and shown so; "" where nothing is. */
  get problem() {
    return this.error.textContent;
  }

  /** Mark the field as wrong, with the reason, or with "" as right again. */
  mark(reason) {
    if (this.error.textContent !== reason) this.error.textContent = reason;
    this.element.classList.toggle("wrong", Boolean(reason));
    if (reason) {
      this.input.setAttribute("aria-invalid", "true");
      this.input.setAttribute("aria-describedby", this.errorId);
    } else {
      this.input.removeAttribute("aria-invalid");
      this.input.removeAttribute("aria-describedby");
    }
  }

  /** Put the caret at the end, or at the beginning. */
  focus({ atStart = false } = {}) {
    this.input.focus();
    if (this.isFile) return;
    const caret = atStart ? 0 : this.input.value.length;
    this.input.setSelectionRange(caret, caret);
  }

  /** Give the input the size of its text, where the browser does not. */
  resize() {}
}
