/** A block of code: what language it is in, and a button that copies it. */

import { copyText } from "../clipboard.js";
import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";

const SAID_FOR = 1500; // ms

/**
 * @param {string} code
 * @param {string} language as written after the fence, "" for none
 */
export function codeBlock(code, language) {
  const sign = h("span", {}, icon("copy"));
  const said = hiddenText("Copy the code");
  const button = h("button", { type: "button", class: "icon-button code-copy", title: "Copy",
    onclick: onCopy }, sign, said);
  let timer;

  async function onCopy() {
    const done = await copyText(code);
    sign.replaceChildren(icon(done ? "check" : "warning"));
    said.textContent = done ? "Copied" : "It could not be copied";
    clearTimeout(timer);
    timer = setTimeout(() => {
      sign.replaceChildren(icon("copy"));
      said.textContent = "Copy the code";
    }, SAID_FOR);
  }

  return h("div", { class: "md-block" },
    language ? h("span", { class: "code-language" }, language) : null,
    h("pre", { class: "md-pre", tabindex: "0" }, h("code", {}, code)),
    button);
}
