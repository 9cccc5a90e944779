/** A pill that takes a file: chosen, dropped or pasted. */

import { fileSize } from "../attachments.js";
import { h, hiddenText, present } from "../dom.js";
import { icon } from "../icons.js";
import { Field } from "./field.js";
import { fileProblem } from "./limits.js";
import { Preview } from "./preview.js";

export class FileField extends Field {
  /**
   * @param {object} option as registered
   * @param {import("../store.js").Store} store
   * @param {object} hooks see Field
   */
  constructor(option, store, hooks) {
    super(option, hooks);
    this.store = store;
    this.isFile = true;
    this.file = null;
    this.preview = null;
    this.label = h("span", { class: "file-label", "aria-hidden": "true" });
    this.clearer = h("button", { type: "button", class: "chip-remove file-clear", hidden: true,
      onclick: () => {
        this.take(null);
        this.input.focus();
      } }, icon("trash"), hiddenText("Take the file away"));
    this.build(h("input", { type: "file", ...this.description, onchange: () => this.#picked() }),
      this.label);
    this.element.querySelector(".field-input").after(this.clearer);
    this.#show();
  }

  /** The name of the file. */
  get text() {
    return this.file?.name ?? "";
  }

  get content() {
    return { file: this.file };
  }

  /** @param {{file?: File}} content what was typed where a file belongs is left out */
  restore({ file = null }) {
    if (file) this.take(file);
  }

  // What stands for a file among the values is its place, which the sender knows.
  readFilled() {
    const error = fileProblem(this.file, this.store.guildOf(this.store.channel));
    return error ? { error } : { value: null };
  }

  /** Take a file, or null for none. */
  take(file) {
    this.preview?.release();
    this.file = file;
    this.preview = file && new Preview(file);
    this.#show();
    this.hooks.changed(this, file ? this.read().error : "");
  }

  #picked() {
    const [file] = this.input.files;
    // Emptied, so that the same file may be chosen again.
    this.input.value = "";
    if (file) this.take(file);
  }

  #show() {
    const { file } = this;
    this.clearer.hidden = !file;
    this.element.classList.toggle("filled", Boolean(file));
    this.label.replaceChildren(...present(file
      ? [this.preview.element, h("span", { class: "file-name" }, file.name),
        h("small", {}, fileSize(file.size))]
      : [icon("attach"), h("span", {}, "Choose, drop or paste a file")]));
    const said = [this.option.description, file ? `${file.name} is chosen` : "no file is chosen"];
    this.input.setAttribute("aria-description", said.filter(Boolean).join("; "));
  }
}
