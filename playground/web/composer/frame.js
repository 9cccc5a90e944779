/** The frame of the composer: buttons around the place where one writes. */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";

/**
 * @param {object} parts
 * @param {import("./popup.js").Popup} parts.popup
 * @param {import("./plain.js").PlainMessage} parts.plain
 * @param {HTMLElement} parts.box
 * @param {{submit: () => void, slash: () => void, files: (files: File[]) => void}} hooks
 */
export class Frame {
  constructor({ popup, plain, box }, hooks) {
    const picker = h("input", { type: "file", class: "sr-only", multiple: true, tabindex: "-1",
      "aria-hidden": "true", onchange: () => {
        hooks.files([...picker.files]);
        // Emptied, so that the same file may be chosen again.
        picker.value = "";
      } });
    this.attach = button("attach", "Add files", "composer-attach", () => picker.click());
    this.slash = button("slash", "Commands", "composer-slash", hooks.slash);
    this.sender = button("send", "Send", "composer-send");
    this.sender.type = "submit";
    this.row = h("div", { class: "composer-row" }, this.attach, picker, this.slash, box,
      plain.counter, this.sender);
    this.box = h("div", { class: "composer-box" }, plain.reply.element, plain.tray.element,
      this.row);
    this.reason = h("span", {});
    this.closed = h("p", { class: "composer-closed", hidden: true }, icon("muted"), this.reason);
    this.note = h("p", { class: "composer-note" });
    this.problem = h("p", { class: "composer-problem", id: "problem", role: "alert" });
    this.below = h("div", { class: "composer-below" }, this.problem, this.note,
      plain.slow.element);
    this.element = h("form", { class: "composer",
      onsubmit: (event) => {
        event.preventDefault();
        hooks.submit();
      } }, popup.element, popup.help, this.box, this.closed,
    this.below, popup.voice);
  }

  /** Show the place to write and what to know of it, or why there is none. */
  close(reason, note) {
    if (this.note.textContent !== note) this.note.textContent = note;
    this.box.hidden = this.below.hidden = Boolean(reason);
    this.closed.hidden = !reason;
    if (this.reason.textContent !== reason) this.reason.textContent = reason;
  }

  /** Say what is wrong; "" for nothing. */
  complain(text) {
    if (this.problem.textContent !== text) this.problem.textContent = text;
  }
}

function button(sign, label, name, onclick = null) {
  return h("button", { type: "button", class: `icon-button ${name}`, title: label, onclick,
    // Who writes stays where they write.
    onmousedown: (event) => event.preventDefault() }, icon(sign), hiddenText(label));
}
