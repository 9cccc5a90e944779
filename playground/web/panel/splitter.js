/** The line between two parts that is dragged, or moved with the arrow keys; its place is kept. */

import { h } from "../dom.js";
import { recall, remember } from "./memory.js";

const STEP = 24; // px an arrow key moves it

/**
 * A handle before the element whose size it sets.
 *
 * @param {{key: string, label: string, axis: "x"|"y", target: HTMLElement, least: number,
 *   most: () => number, initial: number}} how sizes in pixels; `most` is asked whenever it is moved
 * @returns {HTMLElement}
 */
export function splitter({ key, label, axis, target, least, most, initial }) {
  const property = axis === "x" ? "width" : "height";
  const handle = h("div", { class: `splitter splitter-${axis}`, role: "separator", tabindex: "0",
    "aria-label": label, "aria-orientation": axis === "x" ? "vertical" : "horizontal",
    "aria-valuemin": least });
  let size = Number(recall(key)) || initial;

  function set(wanted) {
    const limit = Math.max(least, most());
    size = Math.round(Math.min(limit, Math.max(least, wanted)));
    show(limit);
    remember(key, String(size));
  }

  function show(limit) {
    target.style.setProperty(`--${property}`, `${size}px`);
    handle.setAttribute("aria-valuenow", String(size));
    handle.setAttribute("aria-valuemax", String(Math.max(limit, size)));
  }

  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const box = target.getBoundingClientRect();
    const end = axis === "x" ? box.right : box.bottom;
    const move = (moved) => set(end - (axis === "x" ? moved.clientX : moved.clientY));
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => {
      handle.removeEventListener("pointermove", move);
    }, { once: true });
  });
  handle.addEventListener("keydown", (event) => {
    const larger = { ArrowLeft: 1, ArrowUp: 1, ArrowRight: -1, ArrowDown: -1 }[event.key];
    if (!larger) return;
    event.preventDefault();
    set(target.getBoundingClientRect()[property] + larger * STEP);
  });
  show(size);
  return handle;
}
