/**
 * One message: who, when, text, files, embeds, components, and the notes around them.
 *
 * An edit makes only those parts anew that it changed, and keeps picture elements that stay, so a
 * progress bar that moves every second does not make pictures flicker or steal the focus.
 */

import { renderAttachments } from "./attachments.js";
import { avatar, colorOf } from "./avatar.js";
import { renderComponents } from "./components.js";
import { h, present } from "./dom.js";
import { renderEmbed } from "./embed.js";
import { icon } from "./icons.js";
import { renderInline, renderMarkdown } from "./markdown.js";
import { idTime } from "./snowflake.js";
import { displayName } from "./store.js";
import { clockTime, shortTime, timeElement } from "./time.js";
import { ownUrl } from "./urls.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const COMMAND = 2; // interaction_metadata.type
// Message types whose text is theirs; others are notes of the server.
const ORDINARY = new Set([0, 19, 20, 23]);

/** The element of a message, kept up to date. */
export class MessageView {
  /**
   * @param {object} message shown once `update` was called
   * @param {{store: object, names: object, openPictures: Function, component: Function,
   *   dismiss: Function}} context
   */
  constructor(message, context) {
    this.context = context;
    this.state = { pending: null, failure: null };
    this.seen = {};
    this.parts = Object.fromEntries(
      ["above", "head", "content", "files", "embeds", "components", "below"]
        .map((name) => [name, h("div", { class: `message-${name}` })]),
    );
    const { above, ...body } = this.parts;
    this.side = h("div", { class: "message-side" });
    this.element = h("li", { class: "message", dataset: { id: message.id } },
      h("article", {}, above, this.side, h("div", { class: "message-body" }, Object.values(body))));
  }

  /**
   * Show the message as it is now.
   *
   * @param {object} message
   * @param {boolean} grouped whether it follows another of the same author closely
   */
  update(message, grouped) {
    if (this.message === message && this.grouped === grouped) return;
    this.message = message;
    this.grouped = grouped;
    const { store } = this.context;
    const flags = message.flags ?? 0;
    const list = this.element.classList;
    list.toggle("grouped", grouped);
    list.toggle("ephemeral", Boolean(flags & EPHEMERAL));
    list.toggle("failed", message.local === "failed");
    list.toggle("mentioned", Boolean(message.mentions?.some((user) => user.id === store.userId)));
    const name = displayName(message.author);
    this.element.firstChild.setAttribute("aria-label",
      `${name}, ${shortTime(idTime(message.id))}`);
    this.#part("above", [message.interaction_metadata, message.referenced_message?.id,
      message.referenced_message?.content], () => this.#above());
    this.#part("head", [grouped, message.author], () => this.#head());
    this.#part("content", [message.content, flags & LOADING, message.edited_timestamp,
      message.local, message.type], () => this.#content());
    this.#part("files", message.attachments, () => (
      renderAttachments(message.attachments ?? [], this.context.openPictures)));
    this.#part("embeds", message.embeds, () => (message.embeds ?? []).map((embed) => (
      renderEmbed(embed, this.context.names, this.context.openPictures))));
    this.#components();
    this.#part("below", [flags & EPHEMERAL, message.local], () => this.#below());
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
      if (had) queueMicrotask(() => this.#refocus(focused));
      return renderComponents(this.message.components ?? [], this.state, {
        store: this.context.store,
        names: this.context.names,
        press: (component, values) => this.#press(component, values),
      });
    });
  }

  #refocus(customId) {
    const buttons = [...this.parts.components.querySelectorAll("[data-custom-id]")];
    (buttons.find((each) => each.dataset.customId === customId) ?? buttons[0])?.focus();
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

  #above() {
    const { message } = this;
    const command = message.interaction_metadata;
    const replied = message.referenced_message;
    if (command?.type === COMMAND && command.user) {
      const name = command.name ?? message.interaction?.name;
      return h("p", { class: "context-line" },
        avatar(command.user, "small"),
        h("span", { class: `name name-${colorOf(command.user)}` }, displayName(command.user)),
        " used ",
        h("span", { class: "mention" }, name ? `/${name}` : "a command"));
    }
    if (replied) {
      return h("p", { class: "context-line" },
        icon("reply"),
        avatar(replied.author, "small"),
        h("span", { class: `name name-${colorOf(replied.author)}` }, displayName(replied.author)),
        h("span", { class: "context-text" },
          replied.content ? renderInline(replied.content, this.context.names) : "a message"));
    }
    return null;
  }

  #head() {
    const { author, id } = this.message;
    const moment = idTime(id);
    if (this.grouped) {
      this.side.replaceChildren(timeElement(moment, clockTime(moment), { class: "side-time" }));
      return null;
    }
    this.side.replaceChildren(avatar(author));
    return h("p", { class: "message-author" },
      h("span", { class: `name name-${colorOf(author)}` }, displayName(author)),
      author.bot ? h("span", { class: "app-badge" }, "APP") : null,
      timeElement(moment, shortTime(moment), { class: "message-time" }));
  }

  #content() {
    const { message, context } = this;
    if (message.local) return h("p", { class: "local-note" }, localNote(message));
    if ((message.flags ?? 0) & LOADING) {
      return h("p", { class: "thinking" },
        h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
        `${displayName(message.author)} is thinking…`);
    }
    if (!message.content) return null;
    if (!ORDINARY.has(message.type ?? 0)) return h("p", { class: "server-note" }, message.content);
    return h("div", { class: "markdown" },
      renderMarkdown(message.content, context.names),
      message.edited_timestamp
        ? timeElement(new Date(message.edited_timestamp), "(edited)", { class: "edited" })
        : null);
  }

  #below() {
    const { message, context } = this;
    if (!((message.flags ?? 0) & EPHEMERAL)) return null;
    if (message.local === "pending") return null;
    return h("p", { class: "ephemeral-note" },
      icon("eye"), "Only you can see this · ",
      h("button", { type: "button", class: "link", onclick: () => context.dismiss(message) },
        message.local ? "Dismiss" : "Dismiss message"));
  }
}

function localNote(message) {
  if (message.local === "pending") {
    return [h("span", { class: "spinner", "aria-hidden": "true" }), "Sending command…"];
  }
  return [icon("warning"), message.content];
}

/** For JSON.stringify: a file's address without its signature, which is another at every fetch. */
function unsigned(key, value) {
  return key === "url" || key === "proxy_url" ? fileAddress(value) : value;
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
