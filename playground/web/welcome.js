/** What stands before the first message of a channel: where one is and what one may try. */

import { channelTitle } from "./channels.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { OptionType } from "./composer/parse.js";
import { displayName, isThread } from "./store.js";

const SHOWN = 4;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./composer/commands.js").CommandIndex} index
 * @param {(text: string) => void} start begins a command in the composer
 */
export function renderWelcome(store, index, start) {
  const { channel } = store;
  const direct = channel.type === 1;
  // Commands one can simply write something to come first: they are what a newcomer looks for.
  const writes = ({ options }) => Number(options.some(({ type, required }) => (
    required && type === OptionType.STRING)));
  const entries = [...index.entries].sort((a, b) => writes(b) - writes(a));
  // A card that says "and 1 more" takes the room of that one.
  const shown = entries.length > SHOWN + 1 ? SHOWN : entries.length;
  const more = entries.length - shown;
  return h("section", { class: "welcome", "aria-label": "Beginning of the channel" },
    h("span", { class: "welcome-sign", "aria-hidden": "true" },
      icon(direct ? "at" : isThread(channel) ? "thread" : "hash")),
    h("h2", {}, isThread(channel) ? channel.name
      : direct ? displayName(store.bot) : `Welcome to ${channelTitle(channel)}`),
    h("p", {}, direct
      ? `Your direct messages with ${displayName(store.bot)} begin here.`
      : `The ${isThread(channel) ? "thread" : "channel"} begins here.`,
    " Type ", h("kbd", {}, "/"), " to see what the bot can do."),
    entries.length ? h("div", { class: "welcome-commands" },
      entries.slice(0, shown).map((entry) => card(`/${entry.name}`, entry.description,
        () => start(`/${entry.name} `))),
      more ? card(`and ${more} more`, "Type / to see them all.", () => start("/")) : null) : null,
    h("p", { class: "welcome-hint" }, "Curious, or making a bot yourself? ",
      h("strong", {}, "Under the hood"), ", at the top right, shows what passes between the bot and",
      " Discord, and lets you break it."));
}

function card(name, description, onclick) {
  return h("button", { type: "button", class: "try", title: description, onclick },
    h("strong", {}, name), h("span", {}, description));
}
