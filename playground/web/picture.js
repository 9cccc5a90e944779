/**
 * One picture: it opens large, stands in the space its own size reserves, so that nothing jumps
 * while it loads, and may be covered as a spoiler.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { cover } from "./spoiler.js";
import { hostOf, linkUrl, ownUrl } from "./urls.js";

const WIDEST = 540; // CSS px
const TALLEST = 360;

/**
 * @typedef {object} Picture
 * @property {string} url
 * @property {string} name
 * @property {string} [alt]
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [size] bytes
 * @property {boolean} [spoiler]
 */

/**
 * A picture that opens large.
 *
 * @param {Picture} picture
 * @param {() => void} open
 * @param {{cropped?: boolean}} [how] `cropped`: fill a tile rather than keep the proportions
 * @returns {HTMLElement|null}
 */
export function pictureButton(picture, open, { cropped = false } = {}) {
  const url = ownUrl(picture.url);
  if (!url) return foreignPicture(picture.url);
  const image = h("img", { src: url, alt: picture.alt ?? picture.name, decoding: "async" });
  const button = h("button", {
    type: "button",
    class: "picture",
    title: picture.alt ?? null,
    "aria-label": `Open ${picture.alt ?? picture.name} large`,
    onclick: open,
  }, image);
  image.addEventListener("load", () => button.classList.add("loaded"));
  image.addEventListener("error", () => {
    button.classList.add("broken");
    button.dataset.note = "The picture could not be loaded";
  });
  const frame = picture.spoiler ? h("div", { class: "picture-frame" }, button) : button;
  if (!cropped) reserve(frame, picture);
  if (picture.spoiler) cover(frame);
  return frame;
}

/** A picture on somebody else's host is named, not fetched: nothing leaves this computer. */
export function foreignPicture(address) {
  const url = linkUrl(address);
  if (!url) return null;
  return h("a", { class: "foreign", href: url, target: "_blank", rel: "noopener noreferrer" },
    icon("external"), `Picture on ${hostOf(url)} (not loaded)`);
}

/** The last part of an address, to name a picture by; "" where the page does not own it. */
export function fileName(address) {
  const url = ownUrl(address);
  if (!url) return "";
  const name = new URL(url).pathname.split("/").pop();
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a "%" that means itself
  }
}

/** Give the place its final shape before a byte of the picture is there. */
function reserve(frame, { width, height }) {
  if (!width || !height) {
    frame.classList.add("unsized");
    return;
  }
  const shown = Math.min(width, WIDEST, (TALLEST * width) / height);
  // Through the object model: the page's policy forbids style attributes.
  frame.style.width = `${Math.round(shown)}px`;
  frame.style.aspectRatio = `${width} / ${height}`;
}
