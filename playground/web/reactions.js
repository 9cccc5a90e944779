/** The reactions under a message: how many, whether one's own is among them, and to press. */

import { h, hiddenText } from "./dom.js";
import { emojiName, emojiText } from "./emoji.js";
import { emojiKey } from "./reaction-events.js";

/**
 * @param {object[]} reactions `{emoji, count, me}`
 * @param {(emoji: object, on: boolean) => void} toggle
 * @returns {HTMLElement|null}
 */
export function renderReactions(reactions, toggle) {
  if (!reactions?.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, reactions.map((reaction) => (
    h("li", {}, h("button", {
      type: "button",
      class: `reaction ${reaction.me ? "mine" : ""}`,
      "aria-pressed": String(Boolean(reaction.me)),
      title: emojiName(reaction.emoji),
      dataset: { emoji: emojiKey(reaction.emoji) },
      onclick: () => toggle(reaction.emoji, !reaction.me),
    },
    h("span", { class: "reaction-emoji", "aria-hidden": "true" }, emojiText(reaction.emoji)),
    hiddenText(`${emojiName(reaction.emoji)}, `),
    h("span", { class: "reaction-count" }, String(reaction.count)))))));
}
