/** A menu at a button, at the pointer or at a name; arrows, Home, End and Escape work. */

import { h, present } from "./dom.js";
import { icon } from "./icons.js";

const MARGIN = 8; // px from the window's edges
let closeOpen = () => {};

/**
 * @typedef {object} Entry
 * @property {string} label
 * @property {string} [icon]
 * @property {string} [note] small, at the right
 * @property {boolean} [danger]
 * @property {() => void} [act] absent: the entry is a heading for those after it
 */

/**
 * Open a menu; one that is open closes.
 *
 * @param {Element|MouseEvent} anchor where
 * @param {string} label its name
 * @param {(Entry|null|false)[]} entries
 */
export function openMenu(anchor, label, entries) {
  closeOpen();
  const at = anchor instanceof Element ? anchor.getBoundingClientRect()
    : { left: anchor.clientX, right: anchor.clientX, top: anchor.clientY, bottom: anchor.clientY };
  const opener = document.activeElement;
  const element = h("div", { class: "menu appears", role: "menu", "aria-label": label,
    tabindex: "-1", onkeydown: onKey,
    oncontextmenu: (event) => event.preventDefault() },
  present(entries).map((entry) => row(entry, close)));
  // Within a landmark, where screen readers look for it.
  (document.querySelector("main") ?? document.body).append(element);
  place(element, at);
  element.querySelector("[role=menuitem]")?.focus();
  document.addEventListener("pointerdown", onPress, true);
  window.addEventListener("resize", onResize);
  closeOpen = close;
  if (anchor instanceof Element) anchor.setAttribute("aria-expanded", "true");

  function close({ refocus = true } = {}) {
    closeOpen = () => {};
    document.removeEventListener("pointerdown", onPress, true);
    window.removeEventListener("resize", onResize);
    if (anchor instanceof Element) anchor.setAttribute("aria-expanded", "false");
    const had = element.contains(document.activeElement);
    element.remove();
    if (refocus && had) opener?.focus();
  }

  function onPress(event) {
    if (!element.contains(event.target)) close({ refocus: false });
  }

  function onResize() {
    close();
  }

  function onKey(event) {
    const items = [...element.querySelectorAll("[role=menuitem]")];
    const index = items.indexOf(document.activeElement);
    const steps = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 };
    if (event.key in steps) {
      items[(steps[event.key] + items.length) % items.length]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      close();
    } else {
      const begins = (item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase());
      if (event.key.length !== 1 || event.key === " ") return;
      [...items.slice(index + 1), ...items].find(begins)?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function row(entry, close) {
  if (!entry.act) return h("p", { class: "menu-heading" }, entry.label);
  return h("button", {
    type: "button",
    class: `menu-item ${entry.danger ? "danger" : ""}`,
    role: "menuitem",
    tabindex: "-1",
    onclick: () => {
      close();
      entry.act();
    },
  },
  h("span", { class: "menu-label" }, entry.label),
  entry.note ? h("small", {}, entry.note) : null,
  entry.icon ? icon(entry.icon) : null);
}

/** Under the place or above it, wherever there is room. */
function place(element, at) {
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = Math.min(at.left, innerWidth - width - MARGIN);
  const below = at.bottom + 4;
  const top = below + height > innerHeight - MARGIN ? at.top - height - 4 : below;
  element.style.left = `${Math.max(MARGIN, left)}px`;
  element.style.top = `${Math.max(MARGIN, top)}px`;
}
