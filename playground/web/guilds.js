/** The rail of guilds, there only where somebody is in more than one. */

import { h, hiddenText } from "./dom.js";

/**
 * @param {import("./store.js").Store} store
 * @param {string|undefined} shownId the guild whose channels are listed
 * @param {(guildId: string) => void} show
 * @returns {HTMLElement|null}
 */
export function renderGuilds(store, shownId, show) {
  if (store.guilds.length < 2) return null;
  return h("ul", { class: "guilds", "aria-label": "Guilds" }, store.guilds.map((guild) => {
    const current = guild.id === shownId;
    const unread = unreadIn(store, guild);
    return h("li", {}, h("button", {
      type: "button",
      class: `guild ${current ? "current" : ""} ${unread ? "unread" : ""}`,
      title: guild.name,
      "aria-current": current ? "true" : null,
      dataset: { guild: guild.id },
      onclick: () => show(guild.id),
    },
    h("span", { "aria-hidden": "true" }, initials(guild.name)),
    hiddenText(guild.name + (unread ? ", unread" : ""))));
  }));
}

function unreadIn(store, guild) {
  return store.channelsOf(guild)
    .flatMap((channel) => [channel, ...store.threadsOf(guild, channel)])
    .map((channel) => store.log(channel.id))
    .some((log) => log.unread || log.missed);
}

function initials(name) {
  return name.split(/\s+/).filter(Boolean).slice(0, 3).map((word) => [...word][0]).join("");
}
