/** The channels and threads of a guild and the direct message, with what is unread in them. */

import { avatar } from "./avatar.js";
import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";
import { isThread } from "./store.js";

/**
 * @param {import("./store.js").Store} store
 * @param {object[]} guilds those whose channels are listed
 * @param {(channelId: string) => void} open
 */
export function renderChannels(store, guilds, open) {
  return [
    guilds.map((guild) => h("section", { "aria-label": guild.name },
      h("h2", { class: "side-heading" }, guild.name),
      guild.unavailable
        ? h("p", { class: "side-note" }, icon("warning"), "Not available at the moment.")
        : h("ul", { class: "channels" }, guildRows(store, guild, open)))),
    h("section", { "aria-label": "Direct messages" },
      h("h2", { class: "side-heading" }, "Direct messages"),
      h("ul", { class: "channels" },
        h("li", {}, channelRow(store, store.directMessage, open)))),
  ];
}

/** The sign before a channel's name, for headings and rows. */
export function channelSign(store, channel) {
  if (channel.type === 1) return avatar(store.bot, "small");
  return icon(isThread(channel) ? "thread" : "hash");
}

/** How a channel is called in running text. */
export function channelTitle(channel) {
  if (isThread(channel)) return channel.name;
  return channel.type === 1 ? `@${channel.name}` : `#${channel.name}`;
}

function guildRows(store, guild, open) {
  return store.channelsOf(guild).map((channel) => {
    const threads = store.threadsOf(guild, channel);
    return h("li", {},
      channelRow(store, channel, open),
      threads.length
        ? h("ul", { class: "threads", "aria-label": `Threads of ${channel.name}` },
          threads.map((thread) => h("li", {}, channelRow(store, thread, open))))
        : null);
  });
}

function channelRow(store, channel, open) {
  const { unread, missed } = store.log(channel.id);
  const current = channel.id === store.channelId;
  return h("button", {
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
  missed && !unread ? hiddenText(" unread") : null);
}

function marks(store, channel) {
  const { archived, locked } = channel.thread_metadata ?? {};
  return [
    locked ? h("span", { class: "mark", title: "Locked" }, icon("lock"), hiddenText("locked"))
      : null,
    archived && !locked ? h("span", { class: "mark" }, "archived") : null,
    channel.nsfw && !isThread(channel) ? h("span", { class: "mark", title: "Age-restricted" },
      "18+", hiddenText(" age-restricted")) : null,
    store.maySend(channel, store.botId) ? null
      : h("span", { class: "mark", title: "The bot may not post here" },
        icon("muted"), hiddenText("the bot may not post here")),
  ];
}

function presence(store) {
  const state = store.botOnline ? "online" : "offline";
  return h("span", { class: `presence ${state}`, title: state }, hiddenText(state));
}
