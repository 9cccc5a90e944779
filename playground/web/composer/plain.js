/** A plain message: its text, its files, the message it answers, and how it is sent. */

import { h } from "../dom.js";
import { whyNoFiles } from "./closed.js";
import { LONGEST_MESSAGE, MOST_FILES, fileProblem, filesProblem } from "./limits.js";
import { Mentions } from "./mentions.js";
import { ReplyBar } from "./replybar.js";
import { SlowMode, duration } from "./slowmode.js";
import { Tray } from "./tray.js";

const COUNTED_FROM = 200; // characters that are left
const SLOW_MODE = 20016; // Discord's code

export class PlainMessage {
  /**
   * @param {import("../store.js").Store} store
   * @param {(channelId: string, body: object, files: File[]) => Promise<object>} post
   * @param {() => void} changed files or the answered message are others now
   */
  constructor(store, post, changed) {
    this.store = store;
    this.post = post;
    this.mentions = new Mentions(store);
    this.tray = new Tray(changed);
    this.reply = new ReplyBar(store, changed);
    this.slow = new SlowMode(store);
    this.counter = h("span", { class: "counter", hidden: true });
    this.sending = Promise.resolve();
  }

  /** What belongs to the message beside its text, for a draft. */
  get extras() {
    const { message, pings } = this.reply;
    return { files: this.tray.files, reply: message, pings };
  }

  set extras({ files = [], reply = null, pings = true } = {}) {
    this.tray.put(files);
    this.reply.set(reply, { pings });
  }

  /** Add files; what is wrong with those that were left out, "" where nothing is. */
  addFiles(files) {
    const { store, tray } = this;
    const guild = store.guildOf(store.channel);
    const forbidden = whyNoFiles(store, store.channel);
    if (forbidden) return forbidden;
    const problems = files.map((file) => fileProblem(file, guild));
    const fitting = files.filter((_, index) => !problems[index]);
    const free = MOST_FILES - tray.files.length;
    tray.add(fitting.slice(0, free));
    return problems.find(Boolean)
      ?? (fitting.length > free ? `A message takes ${MOST_FILES} files at most.` : "");
  }

  /** Say how many characters are left, where it matters. */
  count(text) {
    const left = LONGEST_MESSAGE - lengthOf(this.mentions.expand(text.trim()));
    this.counter.hidden = left > COUNTED_FROM || text.startsWith("/");
    this.counter.textContent = String(left);
    this.counter.classList.toggle("over", left < 0);
    this.counter.title = left < 0 ? "Too many characters" : "Characters left";
  }

  /** Why the message cannot be sent; "" where it can. */
  problem(text) {
    const { store, slow, tray } = this;
    const length = lengthOf(this.mentions.expand(text));
    if (length > LONGEST_MESSAGE) {
      return `The message is too long: it has ${length.toLocaleString("en")} characters, and `
        + `${LONGEST_MESSAGE.toLocaleString("en")} are allowed.`;
    }
    if (slow.left) return inWords(slow.left);
    return filesProblem(tray.files.map(({ file }) => file), store.guildOf(store.channel));
  }

  /** Whether there is anything to send. */
  isEmpty(text) {
    return !text && !this.tray.files.length;
  }

  /** Send a text with all that belongs to it; rejects with an Error that says why. */
  async send(text) {
    const { slow } = this;
    const { channelId } = this.store;
    const { place } = slow;
    const described = this.tray.described;
    const files = this.tray.files.map(({ file }) => file);
    const body = {
      content: this.mentions.expand(text),
      ...(described.length ? { attachments: described } : {}),
      ...this.reply.body,
    };
    this.extras = {};
    slow.sent();
    // One after the other, so that they stay in order.
    const turn = this.sending.then(() => this.post(channelId, body, files));
    this.sending = turn.catch(() => {});
    try {
      await turn;
    } catch (error) {
      const seconds = error.code === SLOW_MODE ? Math.ceil(error.body.retry_after ?? 0) : 0;
      slow.wait(place, seconds);
      throw seconds ? new Error(inWords(seconds)) : error;
    }
  }
}

function inWords(seconds) {
  return `Slow mode is on here. You can send another message in ${duration(seconds)}.`;
}

/** As Discord counts: an emoji is one character. */
function lengthOf(text) {
  return [...text].length;
}
