/** One to ten pictures: one as large as it may be, several as tiles of a grid. */

import { h } from "./dom.js";
import { pictureButton } from "./picture.js";

// How many of six columns each tile takes; the last number goes on. The rows come out full.
const TILES = {
  2: [3], 3: ["tall", 2], 4: [3], 5: [3, 3, 2], 6: [2], 7: [6, 2], 8: [3, 3, 2], 9: [2], 10: [6, 2],
};

/**
 * @param {import("./picture.js").Picture[]} pictures
 * @param {(pictures: object[], index: number) => void} openPictures opens the lightbox
 * @returns {HTMLElement|null}
 */
export function renderGallery(pictures, openPictures) {
  if (!pictures.length) return null;
  const open = (index) => () => openPictures(pictures, index);
  if (pictures.length === 1) {
    return h("div", { class: "pictures" }, pictureButton(pictures[0], open(0)));
  }
  const spans = TILES[pictures.length] ?? [2];
  return h("div", { class: "pictures several" }, pictures.map((picture, index) => (
    h("div", { class: `tile tile-${spans[Math.min(index, spans.length - 1)]}` },
      pictureButton(picture, open(index), { cropped: true })))));
}
