/** Which message the next one answers, and whether its author is told. */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";

export class ReplyBar {
  /**
   * @param {import("../store.js").Store} store
   * @param {() => void} changed
   */
  constructor(store, changed) {
    this.store = store;
    this.changed = changed;
    this.message = null;
    this.pings = true;
    this.text = h("span", { class: "reply-text" });
    this.toggle = h("button", { type: "button", class: "reply-ping", onclick: () => {
      this.pings = !this.pings;
      this.#show();
    } });
    this.element = h("div", { class: "reply-bar", hidden: true, role: "group",
      "aria-label": "Reply" }, this.text, this.toggle,
    h("button", { type: "button", class: "chip-remove", title: "Cancel the reply (Escape)",
      onclick: () => this.set(null) }, icon("close"), hiddenText("Cancel the reply")));
    store.addEventListener("messages", ({ detail }) => {
      if (detail.change !== "delete" || detail.channelId !== this.message?.channel_id) return;
      if (!store.log(detail.channelId).find(this.message.id)) this.set(null);
    });
  }

  /** Answer a message, or none. */
  set(message, { pings = true } = {}) {
    this.message = message;
    this.pings = pings;
    this.#show();
    this.changed();
  }

  /** What a message body says of it. */
  get body() {
    const { message } = this;
    if (!message) return {};
    const reference = { message_id: message.id, channel_id: message.channel_id };
    const guild = this.store.guildOf(this.store.channel);
    if (guild) reference.guild_id = guild.id;
    return {
      message_reference: reference,
      ...(this.pings ? {} : { allowed_mentions: { parse: ["users", "roles", "everyone"],
        replied_user: false } }),
    };
  }

  #show() {
    const { message } = this;
    this.element.hidden = !message;
    if (!message) return;
    this.text.replaceChildren("Replying to ",
      h("strong", {}, this.store.nameOf(message.author.id)));
    // Nobody is told of their own answer.
    this.toggle.hidden = message.author.id === this.store.userId;
    this.toggle.setAttribute("aria-pressed", String(this.pings));
    this.toggle.replaceChildren(this.pings ? "@ on" : "@ off",
      hiddenText(" to mention the author"));
  }
}
