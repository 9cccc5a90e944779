/**
 * A picture, large: Escape closes, arrows go to the next (or move one that is looked at closely),
 * + and − and 0 look closer, and it can be downloaded.
 */

import { fileSize } from "./attachments.js";
import { takeOut } from "./dialogs.js";
import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";
import { ownUrl } from "./urls.js";
import { Zoom } from "./zoom.js";

const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/**
 * Open pictures large.
 *
 * @param {import("./picture.js").Picture[]} pictures
 * @param {number} index which one first
 */
export function openLightbox(pictures, index) {
  // Pictures on other hosts are links in the conversation and cannot be shown here either.
  const shown = pictures.filter((picture) => ownUrl(picture.url));
  const lightbox = new Lightbox(shown, Math.max(0, shown.indexOf(pictures[index])));
  lightbox.open();
}

class Lightbox {
  constructor(pictures, index) {
    this.pictures = pictures;
    this.index = index;
    this.image = h("img", { class: "lightbox-image", draggable: "false" });
    this.caption = h("p", { class: "lightbox-caption" });
    this.alt = h("p", { class: "lightbox-alt" });
    this.factor = h("span", { class: "lightbox-factor", role: "status" });
    this.original = link("external", "Open the original", { target: "_blank", rel: "noopener" });
    this.download = link("download", "Download", {});
    this.close = tool("close", "Close", () => this.dialog.close());
    const several = pictures.length > 1;
    this.stage = h("div", { class: "lightbox-stage" }, this.image,
      several ? this.#turn("left", "Previous picture", -1) : null,
      several ? this.#turn("right", "Next picture", 1) : null);
    this.dialog = h("dialog", { class: "lightbox", "aria-label": "Picture" },
      h("div", { class: "lightbox-bar" }, this.caption, this.factor,
        tool("zoomOut", "Zoom out", () => this.zoom.step(-1)),
        tool("zoomIn", "Zoom in", () => this.zoom.step(1)),
        this.original, this.download, this.close),
      this.stage, this.alt);
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("click", (event) => this.#click(event));
    this.dialog.addEventListener("close", () => takeOut(this.dialog));
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.zoom = new Zoom(this.stage, this.image, (scale) => {
      this.factor.textContent = scale > 1 ? `${Math.round(scale * 100)} %` : "";
    });
    this.#show();
    this.close.focus();
  }

  #turn(name, label, by) {
    return h("button", { type: "button", class: `lightbox-turn turn-${name}`,
      onclick: () => this.#step(by) }, icon(name), hiddenText(label));
  }

  #step(by) {
    if (this.pictures.length < 2) return;
    this.index = (this.index + by + this.pictures.length) % this.pictures.length;
    this.#show();
  }

  #show() {
    const { url, name, alt, width, height, size } = this.pictures[this.index];
    const address = ownUrl(url);
    const { image } = this;
    image.src = address;
    image.alt = alt ?? name;
    for (const [side, value] of [["width", width], ["height", height]]) {
      if (width && height) image[side] = value;
      else image.removeAttribute(side);
    }
    this.original.href = address;
    this.download.href = address;
    this.download.download = name;
    const place = this.pictures.length > 1 ? `${this.index + 1} of ${this.pictures.length}` : null;
    const facts = [place, width && `${width} × ${height}`, size && fileSize(size)];
    this.caption.replaceChildren(
      h("strong", {}, name),
      h("small", {}, facts.filter(Boolean).join(" · ")),
    );
    this.alt.textContent = alt && alt !== name ? alt : "";
    this.zoom.reset();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && this.zoom.scale > 1) this.zoom.pan(...arrow);
    else if (arrow && arrow[0]) this.#step(arrow[0]);
    else if (event.key === "+" || event.key === "=") this.zoom.step(1);
    else if (event.key === "-") this.zoom.step(-1);
    else if (event.key === "0") this.zoom.reset();
    else return;
    event.preventDefault();
  }

  /** A click beside the picture closes, as in every other viewer. */
  #click(event) {
    // A pressed picture holds the pointer, so the click itself always names the stage.
    const beside = event.target === this.stage && this.zoom.pressedOn === this.stage;
    if (beside && !this.zoom.wasMoved) this.dialog.close();
  }
}

function tool(name, label, act) {
  return h("button", { type: "button", class: "icon-button", title: label, onclick: act },
    icon(name), hiddenText(label));
}

function link(name, label, props) {
  return h("a", { class: "icon-button", title: label, ...props }, icon(name), hiddenText(label));
}
