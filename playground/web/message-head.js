/** What stands above a message's text: whom it answers or which command, who, when. */

import { avatar, colorOf } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { renderInline } from "./markdown.js";
import { idTime } from "./snowflake.js";
import { displayName } from "./store.js";
import { shortTime, timeElement } from "./time.js";

const COMMAND = 2; // interaction_metadata.type
const REPLY = 19;
const CHAT_INPUT = 1; // interaction_metadata.command_type

/**
 * "X used /imagine", or the message that this one answers.
 *
 * @param {object} message
 * @param {object} context see MessageView
 */
export function contextLine(message, context) {
  const command = message.interaction_metadata;
  if (command?.type === COMMAND && command.user) return commandLine(message, command, context);
  if (message.type === REPLY || message.referenced_message) return replyLine(message, context);
  return null;
}

/** Who wrote it and when. */
export function authorLine(message, { openUser }) {
  const { author, id } = message;
  const moment = idTime(id);
  return h("p", { class: "message-author" },
    nameButton(author, message.member?.nick ?? displayName(author), openUser),
    author.bot ? h("span", { class: "app-badge" }, "APP") : null,
    timeElement(moment, shortTime(moment), { class: "message-time" }));
}

function commandLine(message, command, { store, openUser }) {
  const name = command.name ?? message.interaction?.name;
  const slash = (command.command_type ?? CHAT_INPUT) === CHAT_INPUT;
  return h("p", { class: "context-line" },
    avatar(command.user, "small"),
    nameButton(command.user, store.nameOf(command.user.id), openUser),
    h("span", {}, " used "),
    h("span", { class: "mention" }, name ? `${slash ? "/" : ""}${name}` : "a command"));
}

function replyLine(message, context) {
  const replied = message.referenced_message;
  if (!replied) {
    return h("p", { class: "context-line" }, icon("reply"),
      h("span", { class: "context-text" }, h("em", {}, "The message it answers cannot be shown")));
  }
  const { store, jumpTo, names } = context;
  // A thread begins with a message that stands in its channel.
  const place = message.message_reference?.channel_id ?? message.channel_id;
  const go = () => (place === message.channel_id ? jumpTo(replied.id) : names.openChannel(place));
  const text = replied.content
    ? renderInline(replied.content.split("\n").join(" "), plainNames(context.names))
    : [h("em", {}, wordless(replied)), hasMore(replied) ? icon("picture") : null];
  return h("p", { class: "context-line" },
    icon("reply"),
    avatar(replied.author, "small"),
    h("span", { class: `name name-${colorOf(replied.author)}` }, store.nameOf(replied.author.id)),
    h("button", { type: "button", class: "context-text", title: "Go to the message",
      onclick: go }, text));
}

/** Mentions within a button must not be buttons themselves. */
function plainNames({ user, role, channel }) {
  return { user, role, channel };
}

/** What stands for a message without words, as in Discord. */
function wordless(message) {
  return hasMore(message) ? "Click to see attachment" : "Click to see message";
}

function hasMore({ attachments, embeds }) {
  return Boolean(attachments?.length || embeds?.length);
}

function nameButton(user, name, openUser) {
  return h("button", {
    type: "button",
    class: `name name-${colorOf(user)}`,
    "aria-haspopup": "menu",
    onclick: (event) => openUser(user.id, event.currentTarget),
    oncontextmenu: (event) => {
      event.preventDefault();
      openUser(user.id, event.currentTarget);
    },
  }, name);
}
