/** What was sent before, to be taken up again with the arrow keys. */

const KEPT = 50;

/** @typedef {{text: string}|{name: string, contents: Map<string, object>}} Sent */

export class History {
  constructor() {
    this.users = new Map(); // user id → Sent[], the newest first
    this.position = -1; // -1: at what is being written
  }

  /** Whether something was taken up and not changed since. */
  get isBrowsing() {
    return this.position >= 0;
  }

  /** Remember what was sent; the same twice in a row is kept once. */
  add(userId, sent) {
    const [last] = this.#of(userId);
    const same = last?.text !== undefined && last.text === sent.text;
    if (!same) this.users.set(userId, [sent, ...this.#of(userId)].slice(0, KEPT));
    this.leave();
  }

  /** The names of the commands somebody sent, the latest first. */
  commands(userId) {
    return [...new Set(this.#of(userId).map(({ name }) => name).filter(Boolean))];
  }

  /**
   * Go to the one before (-1) or after (1).
   *
   * @returns {Sent|null|undefined} null where one is back at the empty box, undefined where there
   *   is nothing further
   */
  go(userId, by) {
    const next = this.position - by;
    if (next === -1) {
      this.position = -1;
      return null;
    }
    const sent = this.#of(userId)[next];
    if (sent) this.position = next;
    return sent;
  }

  /** What was taken up is being changed: it is a new text now. */
  leave() {
    this.position = -1;
  }

  #of(userId) {
    return this.users.get(userId) ?? [];
  }
}
