/** The few emoji to react with, in a small grid that the arrows walk through. */

import { takeOut } from "./dialogs.js";
import { h } from "./dom.js";
import { OFFERED } from "./emoji.js";

const COLUMNS = 6;

/**
 * Open the picker at a button.
 *
 * @param {HTMLElement} anchor
 * @param {(emoji: string) => void} choose
 */
export function openEmojiPicker(anchor, choose) {
  const items = OFFERED.map(([emoji, name]) => h("button", {
    type: "button", class: "emoji-choice", "aria-label": name, title: name,
    onclick: () => {
      picker.close();
      choose(emoji);
    },
  }, emoji));
  // A modal dialog keeps the keyboard inside, and gives the focus back by itself.
  const picker = h("dialog", { class: "emoji-picker appears", "aria-label": "Add a reaction",
    onkeydown: onKey,
    onclick: (event) => {
      if (event.target === picker) picker.close();
    },
    onclose: () => takeOut(picker) }, h("div", { class: "emoji-grid" }, items));
  const at = anchor.getBoundingClientRect();
  document.body.append(picker);
  picker.showModal();
  const { offsetWidth: width, offsetHeight: height } = picker;
  const above = at.bottom + height + 8 > innerHeight;
  picker.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  picker.style.top = `${above ? Math.max(8, at.top - height - 6) : at.bottom + 6}px`;
  items[0].focus();

  function onKey(event) {
    const index = items.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (!step) return;
    event.preventDefault();
    items[(index + step + items.length) % items.length].focus();
  }
}
