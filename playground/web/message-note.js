/** Notes in place of a message's text or under it: thinking, on its way, failed, only for you. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { displayName } from "./store.js";

const EPHEMERAL = 1 << 6;
const JOINED = 7;
const THREAD_CREATED = 18;
const PINNED = 6;
const RENAMED = 4;

/** The page's own note about a command: see pending.js. */
export function localNote(message) {
  return h("p", { class: "local-note" }, message.local === "pending"
    ? [h("span", { class: "spinner", "aria-hidden": "true" }), "Sending command…"]
    : [icon("warning"), message.content]);
}

/** "Easel is thinking…" */
export function thinkingNote(message) {
  return h("p", { class: "thinking" },
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    `${displayName(message.author)} is thinking…`);
}

/** A message the server wrote about what somebody did. */
export function serverNote(message, { names }) {
  const who = displayName(message.author);
  if (message.type === JOINED) return note("person", `${who} joined the guild.`);
  if (message.type === PINNED) return note("check", `${who} pinned a message.`);
  if (message.type === RENAMED) {
    return note("hash", `${who} changed the name to `, h("strong", {}, message.content), ".");
  }
  if (message.type !== THREAD_CREATED) return note("more", message.content || who);
  const thread = message.message_reference?.channel_id;
  return note("thread", `${who} started a thread: `,
    thread && names.openChannel
      ? h("button", { type: "button", class: "link", onclick: () => names.openChannel(thread) },
        message.content)
      : h("strong", {}, message.content));
}

/** The way into the thread that began at a message. */
export function threadLink(message, { names }) {
  if (!message.thread || !names.openChannel) return null;
  return h("button", { type: "button", class: "thread-link",
    onclick: () => names.openChannel(message.thread.id) },
  icon("thread"), h("strong", {}, message.thread.name), h("span", {}, "See the thread"));
}

/** "Only you can see this · Dismiss" */
export function ephemeralNote(message, { dismiss }) {
  if (!((message.flags ?? 0) & EPHEMERAL) || message.local === "pending") return null;
  return h("p", { class: "ephemeral-note" },
    icon("eye"), "Only you can see this · ",
    h("button", { type: "button", class: "link", onclick: () => dismiss(message) },
      message.local ? "Dismiss" : "Dismiss message"));
}

function note(sign, ...children) {
  return h("p", { class: "server-note" }, icon(sign), h("span", {}, children));
}
