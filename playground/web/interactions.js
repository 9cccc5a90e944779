/**
 * Commands, buttons, selects, forms and autocomplete: what is sent to the bot, and what became
 * of it.
 *
 * The server answers the POST at once; whether the bot acknowledged comes over the gateway, under
 * the nonce that was sent.
 */

import { newId } from "./snowflake.js";

// The platform gives the bot 3 s. An event lost with the connection must not leave a spinner.
const PATIENCE = 6000; // ms

const FAILED = { ok: false };

export class Interactions {
  /**
   * @param {import("./store.js").Store} store
   * @param {() => {api: object, gateway: object}} session the shown user's connection
   */
  constructor(store, session) {
    this.store = store;
    this.session = session;
    this.waiting = new Map(); // nonce → function that settles it
  }

  /**
   * Send a command; `data` as Discord's, `files` for its attachment options.
   *
   * @param {() => void} onPosted the server has taken it, the bot has not answered yet
   */
  command(channel, applicationId, data, files, onPosted) {
    return this.#send({ type: 2, application_id: applicationId, data }, channel, files, onPosted);
  }

  /** Ask the bot for choices while an option is typed. */
  async autocomplete(channel, applicationId, data) {
    const outcome = await this.#send({ type: 4, application_id: applicationId, data }, channel);
    return outcome.ok ? outcome.choices ?? [] : null;
  }

  /** A button was pressed, or a select's values chosen. */
  component(message, component, values = undefined) {
    return this.#send({
      type: 3,
      application_id: message.application_id ?? this.store.applicationId,
      message_id: message.id,
      message_flags: message.flags ?? 0,
      data: { component_type: component.type, custom_id: component.custom_id, values },
    }, this.store.findChannel(message.channel_id));
  }

  /** A form was filled in; `files` are those of its uploads. */
  modal(modal, components, files = []) {
    const attachments = files.map((file, index) => ({ id: String(index), filename: file.name }));
    return this.#send({
      type: 5,
      application_id: modal.application?.id ?? this.store.applicationId,
      data: {
        id: modal.id, custom_id: modal.custom_id, components,
        ...(files.length ? { attachments } : {}),
      },
    }, this.store.findChannel(modal.channel_id) ?? this.store.channel, files);
  }

  /** Take in an event of the gateway. */
  apply(type, data) {
    const settle = this.waiting.get(data?.nonce);
    if (!settle) return;
    if (type === "INTERACTION_SUCCESS" || type === "INTERACTION_MODAL_CREATE") {
      settle({ ok: true });
    } else if (type === "INTERACTION_FAILURE") {
      settle(FAILED);
    } else if (type === "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE") {
      settle({ ok: true, choices: data.choices });
    }
  }

  /**
   * @returns {Promise<{ok: boolean, choices?: object[]}>} rejects with ApiError where the server
   *   refused it
   */
  async #send(payload, channel, files = [], onPosted = () => {}) {
    const { api, gateway } = this.session();
    const nonce = newId();
    let timer;
    // The event may overtake the answer of the POST, so waiting starts before it is sent.
    const outcome = new Promise((resolve) => {
      this.waiting.set(nonce, resolve);
    });
    try {
      await api.interaction({
        ...payload,
        nonce,
        session_id: gateway.sessionId ?? "",
        channel_id: channel.id,
        ...(channel.guild_id ? { guild_id: channel.guild_id } : {}),
      }, files);
      onPosted();
      timer = setTimeout(() => this.waiting.get(nonce)?.(FAILED), PATIENCE);
      return await outcome;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(nonce);
    }
  }
}
