/** Where messages are about to be: gray lines while history is fetched. */

import { h } from "./dom.js";

// How wide the lines are, in classes of the style sheet; no two messages look alike.
const SHAPES = [["short", "long"], ["middle", "long", "middle"], ["short", "middle"],
  ["middle", "short"], ["short", "long", "long"]];

/** @param {number} count how many messages to pretend */
export function renderSkeleton(count) {
  return h("div", { class: "skeleton", role: "status", "aria-label": "Loading messages" },
    Array.from({ length: count }, (_, index) => h("div", { class: "skeleton-message" },
      h("span", { class: "skeleton-avatar" }),
      h("div", { class: "skeleton-lines" }, SHAPES[index % SHAPES.length].map((width) => (
        h("span", { class: `skeleton-line ${width}` })))))));
}
