/** The head of a channel: its name and topic, and at the right the page's own tools. */

import { channelSign, channelTitle } from "./channels.js";
import { h, hiddenText, present } from "./dom.js";
import { icon } from "./icons.js";
import { renderInline } from "./markdown.js";
import { isThread } from "./store.js";
import { themeSwitch } from "./theme.js";

export class ChannelHead {
  /**
   * @param {import("./store.js").Store} store
   * @param {{menu: Node, tools: Node[], open: (channelId: string) => void}} parts `tools` are more
   *   buttons for the right end
   */
  constructor(store, { menu, tools, open }) {
    this.store = store;
    this.open = open;
    this.title = h("h1", { class: "channel-title" });
    this.about = h("div", { class: "channel-about" });
    this.element = h("header", { class: "channel-head" }, menu, this.title, this.about,
      h("div", { class: "head-tools" }, tools, themeSwitch()));
  }

  /** Show the head of the store's channel. */
  refresh() {
    const { store } = this;
    const { channel } = store;
    this.title.replaceChildren(channelSign(store, channel), h("span", {}, channel.name));
    this.about.replaceChildren(...present([
      channel.nsfw ? h("span", { class: "mark" }, "18+", hiddenText(" age-restricted")) : null,
      isThread(channel) ? this.#parent(channel) : null,
      channel.topic ? h("p", { class: "topic", title: channel.topic }, renderInline(channel.topic))
        : null,
    ]));
    const unread = [...(store.logs.get(store.userId)?.values() ?? [])]
      .reduce((sum, log) => sum + log.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${channelTitle(channel)} – Playground`;
  }

  #parent(thread) {
    const parent = this.store.findChannel(thread.parent_id);
    return parent ? h("button", { type: "button", class: "thread-parent",
      onclick: () => this.open(parent.id) }, "in ", icon("hash"), parent.name) : null;
  }
}
