/** The rows of the list of messages: which follow each other closely, and the lines between. */

import { h, hiddenText } from "./dom.js";
import { compareIds, idTime } from "./snowflake.js";
import { dayName, sameDay } from "./time.js";

const GROUP_SPAN = 7 * 60 * 1000; // ms, as in Discord
const REPLY = 19;
const EPHEMERAL = 1 << 6;
const ORDINARY = new Set([0, 19, 20, 23]);

/**
 * The messages with the lines before each of them.
 *
 * @param {object[]} messages the oldest first
 * @param {string|null} readTo the last message that was read; null where nothing is new
 * @returns {{message: object, grouped: boolean, before: Node[]}[]}
 */
export function rowsOf(messages, readTo) {
  let previous = null;
  let isNew = false;
  return messages.map((message) => {
    const moment = idTime(message.id);
    const day = !previous || !sameDay(idTime(previous.id), moment);
    const news = !isNew && readTo !== null && !message.local && compareIds(message.id, readTo) > 0;
    isNew ||= news;
    const row = {
      message,
      grouped: !day && !news && isGrouped(message, previous),
      before: [day ? dayLine(moment) : null, news ? newsLine() : null].filter(Boolean),
    };
    previous = message;
    return row;
  });
}

function isGrouped(message, before) {
  return before.author.id === message.author.id
    && ORDINARY.has(message.type ?? 0) && ORDINARY.has(before.type ?? 0)
    && message.type !== REPLY
    && !(message.interaction_metadata?.user && message.interaction_metadata.type === 2)
    && !message.referenced_message && !message.local
    && (before.flags & EPHEMERAL) === (message.flags & EPHEMERAL)
    && idTime(message.id) - idTime(before.id) < GROUP_SPAN;
}

function dayLine(moment) {
  return h("li", { class: "day" }, h("span", {}, dayName(moment)));
}

function newsLine() {
  return h("li", { class: "news" }, h("span", {}, "New", hiddenText(" messages from here on")));
}

/** Make `nodes` the children of a list while leaving alone those already in place. */
export function place(list, nodes) {
  const keep = new Set(nodes);
  for (const child of [...list.children]) if (!keep.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}
