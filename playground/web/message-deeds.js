/** What is done to messages and users by a menu or a press: sent to the server, told if refused. */

import { menuData } from "./composer/payload.js";
import { emojiKey, reactionsAfter } from "./reaction-events.js";
import { sendCommand } from "./pending.js";

export class MessageDeeds {
  /**
   * @param {{store: object, index: object, composer: object, notices: object,
   *   interactions: object, messages: object}} app
   * @param {() => {api: object}} session
   */
  constructor(app, session) {
    this.app = app;
    this.session = session;
  }

  /** Begin an answer to a message. */
  reply(message) {
    this.app.composer.replyTo(message);
  }

  /** Add one's reaction or take it back; it is shown at once and taken back if refused. */
  async react(message, emoji, on) {
    this.#showReaction(message, emoji, on);
    await this.#try(
      () => this.session().api.react(message.channel_id, message.id, emojiKey(emoji), on),
      () => this.#showReaction(message, emoji, !on),
    );
  }

  /** Delete a message. */
  async remove(message) {
    await this.#try(() => this.session().api.remove(message.channel_id, message.id));
    this.app.composer.focus();
  }

  /** Do not show an ephemeral message any more. */
  dismiss(message) {
    const { store, messages, composer } = this.app;
    store.log(message.channel_id).dismiss(message.id);
    messages.sync();
    composer.focus();
  }

  /** The commands of the apps for the context menu of a user (2) or a message (3). */
  commands(type) {
    return this.app.index.menuEntries(type);
  }

  /** Use one of them on a user or a message. */
  use({ command }, targetId) {
    const entry = { name: command.name, command, isMenu: true };
    return this.#try(() => sendCommand(this.app, entry, menuData(command, targetId), []));
  }

  #showReaction(message, emoji, on) {
    const { store } = this.app;
    const log = store.log(message.channel_id);
    const known = log.find(message.id);
    if (!known) return;
    const type = on ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE";
    const data = { emoji, user_id: store.userId };
    const reactions = reactionsAfter(known.reactions ?? [], type, data, store.userId);
    log.put({ ...known, reactions });
    store.emit("messages", { channelId: message.channel_id, change: "reactions" });
  }

  async #try(act, takeBack = () => {}) {
    try {
      await act();
    } catch (error) {
      takeBack();
      this.app.notices.tell(error.message);
    }
  }
}
