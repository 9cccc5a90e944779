/** The messages of one channel as one user has seen them. */

import { compareIds } from "./snowflake.js";

const EPHEMERAL = 1 << 6;

/** Messages in order of age, and what is unread among them. */
export class ChannelLog {
  constructor() {
    /** @type {object[]} the oldest first; an edit replaces the object */
    this.messages = [];
    /** Whether the history was fetched at all. */
    this.loaded = false;
    /** Whether there was no connection for a while since: what was fetched may be out of date. */
    this.stale = false;
    /** Whether there is more to fetch before the oldest. */
    this.hasOlder = false;
    /** How many messages came unseen. */
    this.unread = 0;
    /** The last message that was read where some were not: after it a line says "New". */
    this.readTo = null;
    /** Whether more came unseen while there was no connection, nobody knows how many. */
    this.missed = false;
    /** The newest message the server has told of when connecting; null before that. */
    this.lastKnown = null;
    /** Ids dismissed by the user; later edits must not bring them back. */
    this.dismissed = new Set();
  }

  /** @returns {object|undefined} */
  find(id) {
    return this.messages.find((message) => message.id === id);
  }

  /** The id of the message before one, "0" where it is the first. */
  before(id) {
    return this.messages.filter((message) => compareIds(message.id, id) < 0).at(-1)?.id ?? "0";
  }

  /** Add a message, or replace the one with its id. */
  put(message) {
    if (this.dismissed.has(message.id)) return;
    const index = this.messages.findIndex((each) => each.id === message.id);
    if (index >= 0) {
      this.messages[index] = message;
      return;
    }
    let place = this.messages.length;
    while (place > 0 && compareIds(this.messages[place - 1].id, message.id) > 0) place -= 1;
    this.messages.splice(place, 0, message);
  }

  /** A message came that nobody has looked at. */
  cameUnseen(id) {
    if (!this.unread && !this.missed) {
      this.readTo = this.messages.length ? this.before(id) : this.lastKnown ?? "0";
    }
    this.unread += 1;
  }

  /** All has been read. */
  read() {
    this.unread = 0;
    this.missed = false;
  }

  /** Take a message out. */
  remove(id) {
    this.messages = this.messages.filter((message) => message.id !== id);
  }

  /** Take a message out at its user's wish. */
  dismiss(id) {
    this.dismissed.add(id);
    this.remove(id);
  }

  /**
   * Take in which message the server says is the latest, at every new connection.
   *
   * At the first one everything counts as seen: what was before the page is not news.
   */
  reconnected(latest) {
    const known = [this.lastKnown, this.newest].filter(Boolean).sort(compareIds).at(-1);
    if (known && latest && compareIds(latest, known) > 0) {
      this.readTo ??= known;
      this.missed = true;
    }
    this.lastKnown = latest ?? this.lastKnown ?? "0";
  }

  /** The id of the newest message; null where there is none. */
  get newest() {
    return this.messages.at(-1)?.id ?? null;
  }

  /**
   * Take in the latest page of history, newest first as the server sends it.
   *
   * What the server never lists stays: ephemeral messages, the page's own notes, and what came
   * over the gateway while the page was on its way.
   *
   * @param {object[]} page
   * @param {number} limit how many were asked for
   * @param {string|null} since what `newest` was when they were asked for
   */
  adoptLatest(page, limit, since) {
    const known = new Map(this.messages.map((message) => [message.id, message]));
    this.messages = this.messages.filter((message) => (
      (message.flags & EPHEMERAL) || since === null || compareIds(message.id, since) > 0));
    for (const message of page) this.put(newer(message, known.get(message.id)));
    this.loaded = true;
    this.stale = false;
    this.hasOlder = page.length >= limit;
  }

  /** Take in a page before the oldest. */
  adoptOlder(page, limit) {
    for (const message of page) this.put(message);
    this.hasOlder = page.length >= limit;
  }
}

/** The later of two versions: an edit may overtake the page that was being fetched. */
function newer(fetched, known) {
  const edited = known?.edited_timestamp;
  return edited && !(fetched.edited_timestamp >= edited) ? known : fetched;
}
