/**
 * What can be done with a message: a small toolbar on the one that is pointed at or has the focus,
 * and a menu with the rest, among it the apps' own commands.
 */

import { ask } from "./ask.js";
import { copyText } from "./clipboard.js";
import { h, hiddenText } from "./dom.js";
import { openEmojiPicker } from "./emoji-picker.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { ADD_REACTIONS, MANAGE_MESSAGES } from "./permissions.js";
import { displayName } from "./store.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const MESSAGE_COMMAND = 3;

export class MessageActions {
  /**
   * @param {import("./store.js").Store} store
   * @param {object} does
   * @param {(message: object) => void} does.reply
   * @param {(message: object, emoji: object, on: boolean) => void} does.react
   * @param {(message: object) => Promise<void>} does.remove
   * @param {(message: object) => void} does.dismiss
   * @param {(type: number) => {command: object, app: object}[]} does.commands of context menus
   * @param {(each: object, targetId: string) => void} does.use one of those
   */
  constructor(store, does) {
    this.store = store;
    this.does = does;
    this.view = null;
    this.reactButton = this.#button("smile", "Add a reaction", () => this.#pickEmoji());
    this.replyButton = this.#button("reply", "Reply", () => this.does.reply(this.view.message));
    this.moreButton = this.#button("more", "More", () => this.openMenu(this.view, this.moreButton));
    this.moreButton.setAttribute("aria-haspopup", "menu");
    this.element = h("div", { class: "message-actions", role: "toolbar",
      "aria-label": "Message actions" }, this.reactButton, this.replyButton, this.moreButton);
  }

  /**
   * Follow pointer and focus through a list of messages.
   *
   * @param {HTMLElement} list
   * @param {(id: string) => object|undefined} viewOf the MessageView of an id
   */
  watch(list, viewOf) {
    const viewAt = (event) => viewOf(event.target.closest?.(".message")?.dataset.id);
    for (const type of ["pointerover", "focusin"]) {
      list.addEventListener(type, (event) => {
        const view = viewAt(event);
        if (view) this.attach(view);
      });
    }
    list.addEventListener("pointerleave", () => {
      if (this.view) this.detach(this.view);
    });
    list.addEventListener("contextmenu", (event) => {
      const view = viewAt(event);
      // Links and selected text keep the browser's own menu.
      if (!view || event.target.closest("a, input") || String(getSelection())) return;
      if (event.defaultPrevented) return;
      event.preventDefault();
      this.openMenu(view, event.clientX || event.clientY ? event : view.article);
    });
  }

  /** Put the toolbar on a message, unless somebody is in it with the keyboard. */
  attach(view) {
    const held = this.element.contains(document.activeElement);
    if (this.view === view && this.element.isConnected) return;
    if (held && this.view?.element.isConnected) return;
    if (view.message.local) {
      this.element.remove();
      return;
    }
    this.view = view;
    this.reactButton.hidden = !this.#mayReact(view.message);
    this.replyButton.hidden = !this.#mayReply(view.message);
    view.article.append(this.element);
  }

  /** Take the toolbar off, where the pointer left and the focus is elsewhere. */
  detach(view) {
    if (this.view === view && !view.article.contains(document.activeElement)) {
      this.element.remove();
    }
  }

  /** Open the menu of a message. */
  openMenu(view, anchor) {
    const { message } = view;
    if (message.local) return;
    const { does } = this;
    const commands = does.commands(MESSAGE_COMMAND);
    openMenu(anchor, "Message", [
      this.#mayReact(message) && { label: "Add a reaction", icon: "smile",
        act: () => this.#pickEmoji(view) },
      this.#mayReply(message) && { label: "Reply", icon: "reply", act: () => does.reply(message) },
      message.content && { label: "Copy the text", icon: "copy",
        act: () => copyText(message.content) },
      { label: "Copy the message’s ID", icon: "copy", act: () => copyText(message.id) },
      commands.length > 0 && { label: "Apps" },
      ...commands.map((each) => ({ label: each.command.name, note: each.app.name, icon: "apps",
        act: () => does.use(each, message.id) })),
      message.flags & EPHEMERAL ? { label: "Dismiss", icon: "close",
        act: () => does.dismiss(message) } : null,
      this.#mayDelete(message) && { label: "Delete the message", icon: "trash", danger: true,
        act: () => this.#delete(message) },
    ]);
  }

  #button(sign, label, act) {
    return h("button", { type: "button", class: "icon-button", title: label, onclick: act },
      icon(sign), hiddenText(label));
  }

  #pickEmoji(view = this.view) {
    openEmojiPicker(view.article.contains(this.reactButton) ? this.reactButton : view.article,
      (name) => {
        const known = view.message.reactions?.find(({ emoji }) => emoji.name === name);
        if (!known?.me) this.does.react(view.message, { id: null, name }, true);
      });
  }

  async #delete(message) {
    const sure = await ask({
      title: "Delete this message?",
      body: [h("p", {}, h("strong", {}, displayName(message.author)), ": ",
        message.content?.slice(0, 200) || "a message without text")],
      action: "Delete",
      danger: true,
    });
    if (sure) await this.does.remove(message);
  }

  #mayReact(message) {
    return !(message.flags & (EPHEMERAL | LOADING))
      && this.store.may(this.store.channel, ADD_REACTIONS);
  }

  #mayReply(message) {
    return !(message.flags & (EPHEMERAL | LOADING)) && this.store.maySend(this.store.channel);
  }

  #mayDelete(message) {
    if (message.flags & EPHEMERAL) return false;
    if (message.author.id === this.store.userId) return true;
    const { channel } = this.store;
    return channel.type !== 1 && this.store.may(channel, MANAGE_MESSAGES);
  }
}
