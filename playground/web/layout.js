/** The frame of the page: the strip on top, the side with channels and people, the channel. */

import { ChannelHead } from "./channel-head.js";
import { renderChannels } from "./channels.js";
import { h, hiddenText, present } from "./dom.js";
import { renderGuilds } from "./guilds.js";
import { icon } from "./icons.js";
import { renderPeople } from "./people.js";

const WRITES_ITSELF = "input:not([type=radio]), textarea, select, [role=combobox], [role=menu],"
  + " .panel";

export class Layout {
  /**
   * @param {import("./store.js").Store} store
   * @param {object} parts
   * @param {Node} parts.about
   * @param {object} parts.notices
   * @param {object} parts.messages
   * @param {object} parts.composer
   * @param {Node[]} [parts.tools] buttons for the right end of the channel's head
   * @param {Node|null} [parts.panel] what stands at the right of the channel
   * @param {{go: (userId: string, channelId: string) => void,
   *   userMenu: (userId: string, anchor: object) => void}} actions
   */
  constructor(store, parts, actions) {
    const { about, notices, messages, composer, tools = [], panel = null } = parts;
    this.store = store;
    this.composer = composer;
    this.actions = actions;
    this.guildId = null; // whose channels are listed
    this.guilds = h("div", { class: "side-guilds" });
    this.channels = h("div", { class: "side-channels" });
    this.people = h("div", { class: "side-people" });
    this.typing = h("p", { class: "typing", role: "status" });
    this.menu = h("button", { type: "button", class: "icon-button menu-button",
      "aria-expanded": "false", "aria-controls": "side", onclick: () => this.#toggle() },
    icon("menu"), hiddenText("Channels and people"));
    this.head = new ChannelHead(store, { menu: this.menu, tools, open: (id) => this.open(id) });
    this.side = h("nav", { class: "side", id: "side", "aria-label": "Channels and people" },
      this.guilds, h("div", { class: "side-lists" }, this.channels, this.people));
    this.shell = h("div", { class: "shell" },
      this.side,
      h("div", { class: "veil", onclick: () => this.#toggle(false) }),
      h("main", { class: "main", id: "main" }, this.head.element, notices.element,
        messages.element, composer.element, this.typing, notices.toast),
      panel);
    this.element = h("div", { class: "page" },
      h("a", { class: "skip", href: "#main", onclick: (event) => this.#skip(event) },
        "Skip to the message box"),
      about, this.shell, notices.voice);
    store.addEventListener("typing", () => this.#showTyping());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show guilds, channels, people and the head anew. */
  refresh() {
    const { store } = this;
    const inside = document.activeElement?.closest("[data-channel], [data-guild], [name=person]");
    const place = inside && { ...inside.dataset, person: inside.value };
    const shown = store.guildOf(store.channel)?.id ?? this.guildId ?? store.guilds[0]?.id;
    this.guildId = shown;
    const rail = renderGuilds(store, shown, (id) => this.#openGuild(id));
    this.guilds.replaceChildren(...present([rail]));
    const listed = rail ? store.guilds.filter((guild) => guild.id === shown) : store.guilds;
    this.channels.replaceChildren(...present(
      renderChannels(store, listed, (id) => this.open(id))));
    this.people.replaceChildren(renderPeople(store, {
      become: (id) => this.#go(id, store.channelId),
      tapped: () => this.#tapped(),
      menu: this.actions.userMenu,
    }));
    if (place) this.#refocus(place);
    this.head.refresh();
    this.#showTyping();
  }

  /** Open a channel, as the user who is shown. */
  open(channelId) {
    this.#go(this.store.userId, channelId);
  }

  /** The lists are made anew: whoever was in them with the keyboard stays there. */
  #refocus({ channel, guild, person }) {
    if (channel) this.channels.querySelector(`[data-channel="${channel}"]`)?.focus();
    else if (guild) this.guilds.querySelector(`[data-guild="${guild}"]`)?.focus();
    else if (person) this.people.querySelector(`[value="${person}"]`)?.focus();
  }

  #openGuild(guildId) {
    const { store } = this;
    const guild = store.guilds.find((each) => each.id === guildId);
    const [first] = store.channelsOf(guild);
    this.guildId = guildId;
    if (first && store.channel.guild_id !== guildId) this.actions.go(store.userId, first.id);
    else this.refresh();
  }

  #go(userId, channelId) {
    const switched = userId !== this.store.userId;
    // A direct message belongs to its user: the next one gets their own.
    const direct = this.store.channel?.type === 1;
    const next = this.store.users.find((user) => user.id === userId);
    this.actions.go(userId, switched && direct ? next.dm_channel_id : channelId);
    if (switched) return;
    this.#toggle(false);
    this.composer.focus();
  }

  /** Whoever was chosen by hand is whom one wants to be: in a narrow window the side goes away. */
  #tapped() {
    if (!this.shell.classList.contains("side-open")) return;
    this.#toggle(false);
    this.composer.focus();
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

  #skip(event) {
    event.preventDefault();
    this.composer.focus();
  }

  #toggle(open = !this.shell.classList.contains("side-open")) {
    this.shell.classList.toggle("side-open", open);
    this.menu.setAttribute("aria-expanded", String(open));
    if (open) this.side.querySelector("[aria-current=page]")?.focus();
  }

  #key(event) {
    if (event.key === "Escape" && this.shell.classList.contains("side-open")) {
      this.#toggle(false);
      this.menu.focus();
    }
    // Who just types wants to write, wherever the focus was left; a space presses buttons.
    const plain = event.key.length === 1 && event.key !== " " && !event.defaultPrevented
      && !event.ctrlKey && !event.metaKey && !event.altKey;
    const writes = document.activeElement?.closest(WRITES_ITSELF);
    if (plain && !writes && !document.querySelector("dialog[open]")) this.composer.focus();
  }
}
