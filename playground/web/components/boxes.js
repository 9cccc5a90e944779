/** What holds and parts other components: containers, sections, separators. */

import { h } from "../dom.js";
import { cover } from "../spoiler.js";

const WIDE = 2; // spacing of a separator

/**
 * A box with an accent color, covered where it is a spoiler.
 *
 * @param {object} container
 * @param {(component: object) => Node} inner renders what is in it
 */
export function renderContainer(container, inner) {
  const element = h("div", { class: "component-container" },
    h("div", { class: "component-stack" }, (container.components ?? []).map(inner)));
  const { accent_color: accent } = container;
  if (typeof accent === "number") {
    element.classList.add("accented");
    element.style.borderInlineStartColor = `#${accent.toString(16).padStart(6, "0")}`;
  }
  if (container.spoiler) cover(element);
  return element;
}

/** Texts with a button or a small picture at the right. */
export function renderSection(section, inner) {
  return h("div", { class: "component-section" },
    h("div", { class: "component-stack" }, (section.components ?? []).map(inner)),
    section.accessory
      ? h("div", { class: "component-accessory" }, inner(section.accessory)) : null);
}

/** A gap, with a line in it or not. */
export function renderSeparator({ divider = true, spacing = 1 }) {
  return h("div", {
    class: `component-separator ${spacing === WIDE ? "wide" : ""} ${divider ? "divider" : ""}`,
    role: divider ? "separator" : null,
  });
}
