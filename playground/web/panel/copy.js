/** A button that copies a text, and says that it did. */

import { copyText } from "../clipboard.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";

const SAID_FOR = 1600; // ms

/**
 * @param {string} label what is copied: "Copy", "Copy as curl"
 * @param {() => string} text
 */
export function copyButton(label, text) {
  const words = h("span", { "aria-live": "polite" }, label);
  let timer;
  return h("button", { type: "button", class: "small-button", onclick: async () => {
    clearTimeout(timer);
    words.textContent = await copyText(text()) ? "Copied" : "Could not copy";
    timer = setTimeout(() => {
      words.textContent = label;
    }, SAID_FOR);
  } }, icon("copy"), words);
}
