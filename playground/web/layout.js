/** The frame of the page: the strip on top, the side with channels and people, the channel. */

import { channelSign, channelTitle, renderChannels } from "./channels.js";
import { h, hiddenText, present } from "./dom.js";
import { icon } from "./icons.js";
import { renderPeople } from "./people.js";
import { renderInline } from "./markdown.js";

const WRITES_ITSELF = "input:not([type=radio]), textarea, select, [role=combobox]";

export class Layout {
  /**
   * @param {import("./store.js").Store} store
   * @param {{about: Node, notices: object, messages: object, composer: object}} parts
   * @param {(userId: string, channelId: string) => void} go
   */
  constructor(store, { about, notices, messages, composer }, go) {
    this.store = store;
    this.composer = composer;
    this.go = go;
    this.channels = h("div", { class: "side-channels" });
    this.people = h("div", { class: "side-people" });
    this.typing = h("p", { class: "typing", role: "status" });
    this.menu = h("button", { type: "button", class: "icon-button menu-button",
      "aria-expanded": "false", "aria-controls": "side", onclick: () => this.#toggle() },
    icon("menu"), hiddenText("Channels and people"));
    this.title = h("h1", { class: "channel-title" });
    this.head = h("header", { class: "channel-head" }, this.menu, this.title);
    this.side = h("nav", { class: "side", id: "side", "aria-label": "Channels and people" },
      this.channels, this.people);
    this.shell = h("div", { class: "shell" },
      this.side,
      h("div", { class: "veil", onclick: () => this.#toggle(false) }),
      h("main", { class: "main" }, this.head, notices.element, messages.element,
        composer.element, this.typing));
    this.element = h("div", { class: "page" }, about, this.shell, notices.voice);
    store.addEventListener("typing", () => this.#showTyping());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show channels, people and the head anew. */
  refresh() {
    const { store } = this;
    const focused = document.activeElement;
    const channel = focused?.dataset?.channel;
    const person = focused?.name === "person" ? focused.value : null;
    this.channels.replaceChildren(...present(
      renderChannels(store, (id) => this.#open(store.userId, id))));
    this.people.replaceChildren(renderPeople(store, (id) => this.#open(id, store.channelId)));
    // Both lists are made anew: whoever was in them with the keyboard stays there.
    if (channel) this.channels.querySelector(`[data-channel="${channel}"]`)?.focus();
    if (person) this.people.querySelector(`[value="${person}"]`)?.focus();
    this.#showHead();
    this.#showTyping();
  }

  #open(userId, channelId) {
    const switched = userId !== this.store.userId;
    // A direct message belongs to its user: the next one gets their own.
    const direct = this.store.channel?.type === 1;
    const next = this.store.users.find((user) => user.id === userId);
    this.go(userId, switched && direct ? next.dm_channel_id : channelId);
    if (switched) return;
    this.#toggle(false);
    this.composer.focus();
  }

  #showHead() {
    const { store } = this;
    const { channel } = store;
    const topic = channel.type === 1 ? null : channel.topic;
    this.title.replaceChildren(channelSign(store, channel), channel.name);
    this.head.replaceChildren(...present([
      this.menu,
      this.title,
      channel.nsfw ? h("span", { class: "mark" }, "18+", hiddenText(" age-restricted")) : null,
      topic ? h("p", { class: "topic" }, renderInline(topic)) : null,
    ]));
    const unread = store.users.length
      && [...(store.logs.get(store.userId)?.values() ?? [])]
        .reduce((sum, log) => sum + log.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${channelTitle(channel)} – Playground`;
  }

  #showTyping() {
    const names = this.store.typing(this.store.channelId);
    const who = names.length > 2 ? "Several people" : names.join(" and ");
    const text = names.length ? `${who} ${names.length > 1 ? "are" : "is"} typing…` : "";
    if (this.typing.dataset.text === text) return;
    this.typing.dataset.text = text;
    this.typing.replaceChildren(...(text
      ? [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text] : []));
  }

  #toggle(open = !this.shell.classList.contains("side-open")) {
    this.shell.classList.toggle("side-open", open);
    this.menu.setAttribute("aria-expanded", String(open));
    if (open) this.side.querySelector("[aria-current]")?.focus();
  }

  #key(event) {
    if (event.key === "Escape" && this.shell.classList.contains("side-open")) {
      this.#toggle(false);
      this.menu.focus();
    }
    // Who just types wants to write, wherever the focus was left; a space presses buttons.
    const plain = event.key.length === 1 && event.key !== " "
      && !event.ctrlKey && !event.metaKey && !event.altKey;
    const writes = document.activeElement?.closest(WRITES_ITSELF);
    if (plain && !writes && !document.querySelector("dialog[open]")) this.composer.focus();
  }
}
