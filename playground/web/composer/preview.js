/** A small picture of a file that is not sent yet. */

import { h } from "../dom.js";
import { icon } from "../icons.js";

export class Preview {
  /** @param {File} file */
  constructor(file) {
    this.url = /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(file.type)
      ? URL.createObjectURL(file) : null;
    this.element = h("span", { class: "preview" }, this.url ? null : icon("file"));
    if (!this.url) return;
    const image = h("img", { src: this.url, alt: "", decoding: "async" });
    // What calls itself a picture and is none is shown as a file.
    image.addEventListener("error", () => image.replaceWith(icon("file")));
    this.element.append(image);
  }

  /** Let go of the file's bytes. */
  release() {
    if (this.url) URL.revokeObjectURL(this.url);
  }
}
