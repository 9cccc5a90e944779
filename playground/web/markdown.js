/**
 * Discord's markdown as DOM nodes. Nothing is ever parsed as HTML.
 *
 * `names` tells what the ids of mentions mean; all but the first three are optional:
 * `user(id)`, `role(id)`, `channel(id)` give names, `isViewer(kind, id)` says whether the one who
 * reads is meant, `openChannel(id)`, `useCommand(name)` and `openUser(id, element)` are what a
 * click on a mention does.
 */

import { blocks } from "./markdown/blocks.js";
import { inline } from "./markdown/inline.js";

// Up to ten pictographs, each with its skin tone and what is joined to it.
const PICTOGRAPH = "\\p{Extended_Pictographic}[\\u{1f3fb}-\\u{1f3ff}\\ufe0f]*";
const ONLY_EMOJI = new RegExp(
  `^(?:\\s*${PICTOGRAPH}(?:\\u200d${PICTOGRAPH})*){1,10}\\s*$`, "u");

const NOBODY = {
  user: () => "unknown user",
  role: () => "unknown role",
  channel: () => "unknown channel",
};

/**
 * Render Discord's markdown.
 *
 * @param {string} text
 * @param {object} [names] see above
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text, names = NOBODY) {
  return fragmentOf(blocks(text, names, 0));
}

/** Render what may stand within one line (titles, names of fields): no blocks. */
export function renderInline(text, names = NOBODY) {
  return fragmentOf(inline(text, names, 0));
}

/** Whether a text is nothing but a few emoji, which are then shown large. */
export function isOnlyEmoji(text) {
  return text.length < 120 && ONLY_EMOJI.test(text);
}

function fragmentOf(nodes) {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes);
  return fragment;
}
