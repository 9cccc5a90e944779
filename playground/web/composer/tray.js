/** The files that go with the next message: pictures of them, and what is done with each. */

import { fileSize } from "../attachments.js";
import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { editFile } from "./fileedit.js";
import { Preview } from "./preview.js";

/**
 * @typedef {object} Waiting a file that waits to be sent
 * @property {File} file
 * @property {string} name
 * @property {string} description the text for those who cannot see it
 * @property {boolean} spoiler
 */

export class Tray {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Waiting[]} */
    this.files = [];
    this.previews = new Map(); // waiting file → Preview
    this.element = h("ul", { class: "tray", "aria-label": "Files to be sent", hidden: true });
  }

  /** Add files as they were picked, dropped or pasted. */
  add(files) {
    this.put([...this.files, ...[...files].map((file) => (
      { file, name: file.name, description: "", spoiler: false }))]);
  }

  /** Show these files and no others. */
  put(waiting) {
    this.files = waiting;
    for (const [each, preview] of this.previews) {
      if (waiting.includes(each)) continue;
      preview.release();
      this.previews.delete(each);
    }
    this.#show();
    this.changed();
  }

  /** The files as Discord's `attachments`. */
  get described() {
    return this.files.map(({ name, description, spoiler }, index) => ({
      id: String(index),
      filename: spoiler ? `SPOILER_${name}` : name,
      ...(description ? { description } : {}),
    }));
  }

  #show() {
    this.element.hidden = this.files.length === 0;
    this.element.replaceChildren(...this.files.map((waiting) => this.#card(waiting)));
  }

  #card(waiting) {
    const { name, file, spoiler, description } = waiting;
    if (!this.previews.has(waiting)) this.previews.set(waiting, new Preview(file));
    return h("li", { class: `tray-file ${spoiler ? "veiled" : ""}` },
      h("span", { class: "tray-picture" }, this.previews.get(waiting).element,
        spoiler ? h("span", { class: "tray-mark" }, "Spoiler") : null),
      h("span", { class: "file-name", title: name }, name),
      h("small", {}, description ? `${fileSize(file.size)} · described` : fileSize(file.size)),
      h("span", { class: "tray-buttons" },
        this.#button("spoiler", spoiler ? "eyeOff" : "eye", `Mark ${name} as a spoiler`,
          () => this.#toggle(waiting), { "aria-pressed": String(spoiler) }),
        this.#button("edit", "pencil", `Describe or rename ${name}`, () => this.#edit(waiting),
          { "aria-haspopup": "dialog" }),
        this.#button("remove", "trash", `Remove ${name}`, () => this.#remove(waiting))));
  }

  #button(action, sign, label, onclick, attributes = {}) {
    return h("button", { type: "button", class: "tray-button", title: label, onclick,
      dataset: { action }, ...attributes }, icon(sign), hiddenText(label));
  }

  #toggle(waiting) {
    waiting.spoiler = !waiting.spoiler;
    this.#show();
    this.#focus(waiting, "spoiler");
  }

  async #edit(waiting) {
    const changes = await editFile(waiting);
    if (changes) Object.assign(waiting, changes);
    this.#show();
    this.#focus(waiting, "edit");
  }

  #remove(waiting) {
    const index = this.files.indexOf(waiting);
    this.put(this.files.filter((each) => each !== waiting));
    // On to the next file; the composer takes the focus after the last one.
    const next = this.files[Math.min(index, this.files.length - 1)];
    if (next) this.#focus(next, "remove");
  }

  #focus(waiting, action) {
    const card = this.element.children[this.files.indexOf(waiting)];
    card?.querySelector(`[data-action=${action}]`)?.focus();
  }
}
