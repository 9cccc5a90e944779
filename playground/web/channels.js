/** The channels of the guild and the direct message, with what is unread in them. */

import { avatar } from "./avatar.js";
import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {import("./store.js").Store} store
 * @param {(channelId: string) => void} open
 */
export function renderChannels(store, open) {
  return [
    store.guilds.map((guild) => h("section", { "aria-label": guild.name },
      h("h2", { class: "side-heading" }, guild.name),
      h("ul", { class: "channels" },
        store.channelsOf(guild).map((channel) => channelRow(store, channel, open))))),
    h("section", { "aria-label": "Direct messages" },
      h("h2", { class: "side-heading" }, "Direct messages"),
      h("ul", { class: "channels" }, channelRow(store, store.directMessage, open))),
  ];
}

/** "general" with its sign, for headings and rows. */
export function channelSign(store, channel) {
  return channel.type === 1 ? avatar(store.bot, "small") : icon("hash");
}

/** How a channel is called in running text. */
export function channelTitle(channel) {
  return channel.type === 1 ? `@${channel.name}` : `#${channel.name}`;
}

function channelRow(store, channel, open) {
  const { unread, missed } = store.log(channel.id);
  const current = channel.id === store.channelId;
  return h("li", {}, h("button", {
    type: "button",
    class: `channel ${current ? "current" : ""} ${unread || missed ? "unread" : ""}`,
    "aria-current": current ? "page" : null,
    dataset: { channel: channel.id },
    onclick: () => open(channel.id),
  },
  channelSign(store, channel),
  h("span", { class: "channel-name" }, channel.name),
  channel.type === 1 ? presence(store) : marks(store, channel),
  unread ? h("span", { class: "count" }, unread > 99 ? "99+" : String(unread),
    hiddenText(" unread")) : null,
  missed && !unread ? hiddenText(" unread") : null));
}

function marks(store, channel) {
  return [
    channel.nsfw ? h("span", { class: "mark", title: "Age-restricted" }, "18+",
      hiddenText(" age-restricted")) : null,
    store.maySend(channel, store.botId) ? null
      : h("span", { class: "mark", title: "The bot may not post here" },
        icon("muted"), hiddenText("the bot may not post here")),
  ];
}

function presence(store) {
  const state = store.botOnline ? "online" : "offline";
  return h("span", { class: `presence ${state}`, title: state }, hiddenText(state));
}
