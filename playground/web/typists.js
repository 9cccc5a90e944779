/** Who is typing where, for as long as Discord's clients show it. */

const LASTS = 10000; // ms

export class Typists {
  /** @param {(channelId: string) => void} changed called at every change, also when time is up */
  constructor(changed) {
    this.changed = changed;
    this.channels = new Map(); // channel id → Map of user id → until when (ms)
  }

  /** Somebody types. */
  begin(channelId, userId) {
    if (!this.channels.has(channelId)) this.channels.set(channelId, new Map());
    this.channels.get(channelId).set(userId, Date.now() + LASTS);
    this.changed(channelId);
    setTimeout(() => this.changed(channelId), LASTS + 50);
  }

  /** Somebody has sent what they typed. */
  end(channelId, userId) {
    this.channels.get(channelId)?.delete(userId);
    this.changed(channelId);
  }

  /** The ids of those who type at this moment. */
  in(channelId) {
    const now = Date.now();
    return [...(this.channels.get(channelId) ?? [])]
      .filter(([, until]) => until > now)
      .map(([userId]) => userId);
  }

  /** Forget all: another user looks. */
  clear() {
    this.channels.clear();
  }
}
