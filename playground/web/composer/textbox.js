/** The box for plain text: it grows with what is in it and knows where the caret is. */

import { h } from "../dom.js";

const SIZES_ITSELF = CSS.supports("field-sizing", "content");

export class TextBox {
  /** @param {{input: () => void, key: (event: KeyboardEvent) => void, left: () => void}} hooks */
  constructor(hooks) {
    this.element = h("textarea", { class: "composer-text", rows: 1, "aria-autocomplete": "list",
      "aria-haspopup": "listbox", "aria-describedby": "problem", autocomplete: "off",
      oninput: () => {
        this.#resize();
        hooks.input();
      },
      onkeydown: (event) => {
        if (!event.isComposing) hooks.key(event);
      },
      onblur: hooks.left });
  }

  get text() {
    return this.element.value;
  }

  /** Text put in by the page itself: the hooks hear nothing of it. */
  set text(text) {
    this.element.value = text;
    this.#resize();
  }

  /** Whether somebody writes here at this moment. */
  get isFocused() {
    return document.activeElement === this.element;
  }

  /** What stands before the caret; "" while something is selected. */
  get beforeCaret() {
    const { selectionStart, selectionEnd, value } = this.element;
    return selectionStart === selectionEnd ? value.slice(0, selectionStart) : "";
  }

  /** Whether the caret is in the first (-1) or the last (1) line. */
  isAtEdge(by) {
    const { selectionStart, selectionEnd, value } = this.element;
    const beyond = by < 0 ? value.slice(0, selectionStart) : value.slice(selectionEnd);
    return !beyond.includes("\n");
  }

  /** Put the caret at the end. */
  focusEnd() {
    this.element.focus();
    this.element.setSelectionRange(this.text.length, this.text.length);
  }

  /** Put a text in place of what stands from `start` to the caret. */
  replaceFrom(start, text) {
    this.element.setRangeText(text, start, this.element.selectionEnd, "end");
    this.element.dispatchEvent(new InputEvent("input"));
  }

  /** Where the browser cannot do it, give the box the height of its text. */
  #resize() {
    if (SIZES_ITSELF) return;
    this.element.style.height = "auto";
    this.element.style.height = `${this.element.scrollHeight}px`;
  }
}
