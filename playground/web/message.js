/**
 * One message: who, when, text, files, embeds, components, reactions, and the notes around them.
 *
 * An edit makes only those parts anew that it changed, and keeps picture elements that stay, so a
 * progress bar that moves every second does not make pictures flicker or steal the focus.
 */

import { renderAttachments } from "./attachments.js";
import { avatar } from "./avatar.js";
import { renderComponents } from "./components.js";
import { h, present } from "./dom.js";
import { renderEmbed } from "./embed.js";
import { isOnlyEmoji, renderMarkdown } from "./markdown.js";
import { authorLine, contextLine } from "./message-head.js";
import { ephemeralNote, localNote, serverNote, thinkingNote, threadLink } from "./message-note.js";
import { renderReactions } from "./reactions.js";
import { idTime } from "./snowflake.js";
import { displayName } from "./store.js";
import { clockTime, shortTime, timeElement } from "./time.js";
import { ownUrl } from "./urls.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const SUPPRESS_EMBEDS = 1 << 2;
// Message types whose text is theirs; others are notes of the server.
const ORDINARY = new Set([0, 19, 20, 23]);
const THREAD_STARTER = 21;
const PARTS = ["above", "head", "content", "files", "embeds", "components", "reactions", "below"];

/** The element of a message, kept up to date. */
export class MessageView {
  /**
   * @param {object} message shown once `update` was called
   * @param {{store: object, names: object, openPictures: Function, component: Function,
   *   dismiss: Function, react: Function, jumpTo: Function, openUser: Function}} context
   */
  constructor(message, context) {
    this.context = context;
    this.state = { pending: null, failure: null };
    this.seen = {};
    this.parts = Object.fromEntries(
      PARTS.map((name) => [name, h("div", { class: `message-${name}` })]));
    const { above, ...body } = this.parts;
    this.side = h("div", { class: "message-side" });
    this.article = h("article", { tabindex: "-1" }, above, this.side,
      h("div", { class: "message-body" }, Object.values(body)));
    this.element = h("li", { class: "message", dataset: { id: message.id } }, this.article);
  }

  /**
   * Show the message as it is now.
   *
   * @param {object} message
   * @param {boolean} grouped whether it follows another of the same author closely
   */
  update(message, grouped) {
    if (this.given === message && this.grouped === grouped) return;
    this.given = message;
    this.grouped = grouped;
    this.#show(message.type === THREAD_STARTER ? startOf(message) : message);
  }

  #show(message) {
    const { grouped, context } = this;
    this.message = message;
    const flags = message.flags ?? 0;
    this.#marks(message, flags);
    const label = `${displayName(message.author)}, ${shortTime(idTime(message.id))}`;
    this.article.setAttribute("aria-label", label);
    this.#part("above", [message.type, message.interaction_metadata, message.referenced_message?.id,
      message.referenced_message?.content], () => contextLine(message, context));
    this.#part("head", [grouped, message.author, message.member?.nick], () => this.#head());
    this.#part("content", [message.content, flags & LOADING, message.edited_timestamp,
      message.local, message.type], () => this.#content());
    this.#part("files", message.attachments, () => (
      renderAttachments(message.attachments ?? [], context.openPictures)));
    this.#part("embeds", [message.embeds, flags & SUPPRESS_EMBEDS], () => (
      flags & SUPPRESS_EMBEDS ? [] : (message.embeds ?? []).map((embed) => (
        renderEmbed(embed, context.names, context.openPictures)))));
    this.#components();
    this.#part("reactions", message.reactions, () => this.#reactions());
    this.#part("below", [flags & EPHEMERAL, message.local, message.thread],
      () => [threadLink(message, context), ephemeralNote(message, context)]);
  }

  #marks(message, flags) {
    const { names, store } = this.context;
    const list = this.element.classList;
    const mine = message.mentions?.some((user) => user.id === store.userId)
      || message.mention_everyone
      || message.mention_roles?.some((id) => names.isViewer("role", id));
    list.toggle("grouped", this.grouped);
    list.toggle("ephemeral", Boolean(flags & EPHEMERAL));
    list.toggle("failed", message.local === "failed");
    list.toggle("mentioned", Boolean(mine));
    list.toggle("note", !ORDINARY.has(message.type ?? 0));
  }

  /** Make a part anew if what it shows has changed. */
  #part(name, facts, make) {
    const key = JSON.stringify(facts ?? null, unsigned);
    if (this.seen[name] === key) return;
    this.seen[name] = key;
    const part = this.parts[name];
    const nodes = present([make()]);
    keepPictures(part, nodes);
    part.replaceChildren(...nodes);
  }

  #components() {
    this.#part("components", [this.message.components, this.state], () => {
      const focused = document.activeElement?.dataset?.customId;
      const had = this.parts.components.contains(document.activeElement);
      if (had) queueMicrotask(() => this.#refocus("components", "customId", focused));
      return renderComponents(this.message.components ?? [], this.state, {
        ...this.context,
        press: (component, values) => this.#press(component, values),
      });
    });
  }

  #reactions() {
    const focused = document.activeElement?.dataset?.emoji;
    const had = this.parts.reactions.contains(document.activeElement);
    if (had) queueMicrotask(() => this.#refocus("reactions", "emoji", focused));
    return renderReactions(this.message.reactions, (emoji, on) => (
      this.context.react(this.message, emoji, on)));
  }

  /** A part was made anew: whoever was in it with the keyboard stays there. */
  #refocus(part, key, value) {
    const candidates = [...this.parts[part].querySelectorAll("button")]
      .filter((each) => each.dataset[key] !== undefined);
    (candidates.find((each) => each.dataset[key] === value) ?? candidates[0] ?? this.article)
      .focus();
  }

  async #press(component, values) {
    this.state = { pending: component.custom_id, failure: null };
    this.#components();
    let failure = null;
    try {
      const outcome = await this.context.component(this.message, component, values);
      if (!outcome.ok) failure = "This interaction failed";
    } catch (error) {
      failure = error.message;
    }
    this.state = { pending: null, failure };
    this.#components();
  }

  #head() {
    const { message } = this;
    if (!ORDINARY.has(message.type ?? 0)) {
      this.side.replaceChildren();
      return null;
    }
    if (this.grouped) {
      const moment = idTime(message.id);
      this.side.replaceChildren(timeElement(moment, clockTime(moment), { class: "side-time" }));
      return null;
    }
    this.side.replaceChildren(avatar(message.author));
    return authorLine(message, this.context);
  }

  #content() {
    const { message, context } = this;
    if (message.local) return localNote(message);
    if ((message.flags ?? 0) & LOADING) return thinkingNote(message);
    if (!ORDINARY.has(message.type ?? 0)) return serverNote(message, context);
    if (!message.content) return null;
    const large = isOnlyEmoji(message.content);
    return h("div", { class: large ? "markdown only-emoji" : "markdown" },
      renderMarkdown(message.content, context.names),
      message.edited_timestamp
        ? timeElement(new Date(message.edited_timestamp), "(edited)", { class: "edited" })
        : null);
  }
}

/** What a thread begins with: the message of the channel that it was started at. */
function startOf(message) {
  const { id, channel_id: channelId, referenced_message: start } = message;
  if (!start) return { ...message, type: 0, content: "*The message it began with is gone.*" };
  return { ...start, id, channel_id: channelId, thread: null, reactions: [] };
}

/** For JSON.stringify: a file's address without its signature, which is another at every fetch. */
function unsigned(key, value) {
  return key === "url" || key === "proxy_url" || key === "icon_url" ? fileAddress(value) : value;
}

function fileAddress(address) {
  return ownUrl(address)?.split("?")[0] ?? address;
}

/** Put the loaded pictures of the old nodes into the new ones. */
function keepPictures(before, nodes) {
  const loaded = new Map([...before.querySelectorAll("img")].filter((image) => image.complete)
    .map((image) => [fileAddress(image.src), image]));
  if (!loaded.size) return;
  for (const node of nodes) {
    for (const image of node.querySelectorAll?.("img") ?? []) {
      const address = fileAddress(image.src);
      const old = loaded.get(address);
      if (!old) continue;
      loaded.delete(address);
      old.alt = image.alt;
      image.closest(".picture")?.classList.add("loaded");
      image.replaceWith(old);
    }
  }
}
