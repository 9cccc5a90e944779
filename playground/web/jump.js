/** The pills that say that there is something new out of sight, and take one there. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

export class JumpPill {
  /**
   * @param {"up"|"down"} direction where the news are
   * @param {() => void} jump
   */
  constructor(direction, jump) {
    this.text = h("span", {});
    this.action = h("span", { class: "jump-action" }, "jump");
    this.element = h("button", { type: "button", class: `jump jump-${direction} appears`,
      hidden: true, onclick: jump },
    icon(direction === "up" ? "arrowUp" : "arrowDown"), this.text, this.action);
  }

  /** Say how many messages are new; null for nobody knows how many, 0 for none. */
  show(count) {
    const many = count > 99 ? "99+" : String(count);
    this.text.textContent = count === null ? "New messages"
      : `${many} new ${count === 1 ? "message" : "messages"}`;
    this.element.hidden = count === 0;
  }

  /** Offer the way without anything new: one is far up. */
  offer() {
    this.text.textContent = "You are looking at older messages";
    this.element.hidden = false;
  }

  hide() {
    this.element.hidden = true;
  }
}
