/** The page's own note about a command: that it is on its way, or that the bot did not answer. */

import { newId } from "./snowflake.js";

// A bot that answers at once should not make a note flash up.
const PATIENCE = 400; // ms
const EPHEMERAL = 1 << 6;

/**
 * Send a command.
 *
 * @param {{store: object, interactions: object}} app
 * @param {object} entry see entriesOf
 * @param {object} data Discord's
 * @param {File[]} files
 * @returns {Promise<void>} fulfilled when the server has taken it; rejects with ApiError
 */
export function sendCommand({ store, interactions }, entry, data, files) {
  const note = new Note(store, entry);
  return new Promise((resolve, reject) => {
    interactions.command(store.channel, entry.command.application_id, data, files, () => {
      note.soon();
      resolve();
    }).then((outcome) => note.settle(outcome.ok), reject);
  });
}

class Note {
  constructor(store, entry) {
    this.store = store;
    this.timer = null;
    this.channelId = store.channelId;
    // The user may have been switched before the answer comes; the note is for this one.
    this.log = store.log(store.channelId);
    this.message = {
      id: newId(),
      channel_id: store.channelId,
      author: store.bot,
      flags: EPHEMERAL,
      local: "pending",
      content: "",
      interaction_metadata: {
        type: 2,
        command_type: entry.command.type ?? 1,
        name: entry.name,
        user: store.people.get(store.userId),
      },
    };
  }

  soon() {
    this.timer = setTimeout(() => this.#put(this.message), PATIENCE);
  }

  settle(ok) {
    clearTimeout(this.timer);
    if (ok) {
      this.log.remove(this.message.id);
      this.#changed();
    } else {
      this.#put({ ...this.message, local: "failed", content: "The application did not respond." });
    }
  }

  #put(message) {
    this.log.put(message);
    this.#changed();
  }

  #changed() {
    this.store.emit("messages", { channelId: this.channelId, change: "local" });
  }
}
