/**
 * The composer: plain messages, and commands behind a slash.
 *
 * It is either a text box or, once a command is chosen, typed or pasted, that command's pills. What
 * was begun waits in its channel; what was sent can be taken up again with the arrow keys.
 */

import { channelTitle } from "../channels.js";
import { BoxKeys } from "./boxkeys.js";
import { whatToKnow, whyClosed, whyNoFiles } from "./closed.js";
import { CommandLine } from "./commandline.js";
import { Drafts } from "./drafts.js";
import { watchFiles } from "./drop.js";
import { Frame } from "./frame.js";
import { History } from "./history.js";
import { PlainMessage } from "./plain.js";
import { Popup } from "./popup.js";
import { TextBox } from "./textbox.js";
import { TypingSignal } from "./typing.js";

export class Composer {
  /**
   * @param {import("../store.js").Store} store
   * @param {import("./commands.js").CommandIndex} index
   * @param {{post: Function, sendCommand: Function, ask: Function, typing: Function}} actions what
   *   goes to the server
   */
  constructor(store, index, actions) {
    this.store = store;
    this.index = index;
    this.place = null; // user and channel that are shown
    this.unreached = null; // what was said because the server was not reached
    this.drafts = new Drafts();
    this.history = new History();
    this.typing = new TypingSignal(actions.typing);
    this.popup = new Popup();
    this.plain = new PlainMessage(store, actions.post, () => this.#changed());
    this.keys = new BoxKeys(this, {
      submit: () => this.#submit(), recall: (by) => this.#recall(by),
    });
    this.box = new TextBox({ input: () => this.#typed(), key: (event) => this.keys.press(event),
      left: () => this.popup.close() });
    this.commands = new CommandLine(this.box, {
      store, index, popup: this.popup, ask: actions.ask, send: actions.sendCommand,
      submit: () => this.#submit(),
      start: (text) => this.start(text),
      complain: (problem) => this.frame.complain(problem),
      edited: () => this.history.leave(),
      recall: (by) => this.#recall(by),
      used: () => this.history.commands(store.userId),
      sent: (sent, draft) => this.#sent(sent, draft),
    });
    this.frame = new Frame({ popup: this.popup, plain: this.plain, box: this.box.element }, {
      submit: () => this.#submit(),
      slash: () => this.start("/"),
      files: (files) => this.addFiles(files),
    });
    this.element = this.frame.element;
    index.addEventListener("change", () => this.#indexChanged());
    window.addEventListener("pagehide", () => {
      this.drafts.set(this.place, this.#draft);
      this.drafts.save();
    });
    watchFiles({
      where: () => (whyClosed(store, store.channel) ? null : channelTitle(store.channel)),
      take: (files) => this.addFiles(files),
    });
  }

  /** Another channel or user is shown: keep the draft, and take up the one left here. */
  moved() {
    if (this.place) this.drafts.set(this.place, this.#draft);
    this.place = this.plain.slow.place;
    this.history.leave();
    this.frame.complain("");
    this.#takeUp(this.drafts.get(this.place) ?? {}, { focus: false });
    this.refresh();
    this.index.refresh();
  }

  /** Permissions, the thread or its slow mode may have changed. */
  refresh() {
    const { store, frame } = this;
    const label = `Message ${channelTitle(store.channel)}`;
    frame.close(whyClosed(store, store.channel), whatToKnow(store.channel));
    frame.attach.disabled = Boolean(whyNoFiles(store, store.channel));
    this.box.element.placeholder = `${label} or type /`;
    this.box.element.setAttribute("aria-label", label);
    this.element.setAttribute("aria-label", label);
    this.plain.slow.refresh();
  }

  /** The server is there again: that it was not is no problem any more. */
  reconnected() {
    if (this.frame.problem.textContent === this.unreached) this.frame.complain("");
  }

  /** Put the caret where one writes. */
  focus() {
    const { fields } = this.commands;
    (fields?.current?.input ?? fields?.fields[0]?.input ?? this.box.element).focus();
  }

  /** Begin with a text, such as "/" or "/imagine ". */
  start(text) {
    this.commands.leave();
    this.box.text = text;
    this.box.focusEnd();
    this.#typed();
  }

  /** Put a text where the caret is, a mention by its name. */
  insert(text) {
    const { fields } = this.commands;
    if (fields) {
      fields.insert(text);
    } else {
      this.box.element.focus();
      this.box.replaceFrom(this.box.element.selectionStart, this.plain.mentions.named(text));
    }
  }

  /** Answer a message. */
  replyTo(message) {
    this.plain.reply.set(message);
    this.focus();
  }

  /** Add files: to the command that is being filled in, else to the message. */
  addFiles(files) {
    const { fields } = this.commands;
    if (!fields) {
      this.frame.complain(this.plain.addFiles(files));
      this.focus();
    } else if (fields.takeFiles(files).length) {
      this.frame.complain(`/${fields.entry.name} takes no more files.`);
    }
  }

  #typed({ focus = true } = {}) {
    const { text } = this.box;
    this.commands.awaited = null;
    this.history.leave();
    this.frame.complain("");
    this.plain.count(text);
    if (text.startsWith("/")) {
      this.commands.read(text, focus);
      return;
    }
    this.plain.mentions.offer(this.box, this.popup);
    if (text.trim()) this.typing.say();
  }

  /** Go through what was sent before; false where the arrow key means something else. */
  #recall(by) {
    const { history, commands, box } = this;
    const isEmpty = !commands.fields && !box.text;
    if (!history.isBrowsing && (by > 0 || !isEmpty)) return false;
    const sent = history.go(this.store.userId, by);
    if (sent === undefined) return history.isBrowsing;
    const { position } = history;
    commands.leave();
    box.text = sent?.text ?? "";
    if (sent?.name) commands.recall(sent);
    else box.focusEnd();
    this.plain.count(box.text);
    this.frame.complain("");
    history.position = position; // filling in is no change of what was taken up
    return true;
  }

  #submit() {
    if (whyClosed(this.store, this.store.channel)) return;
    if (this.commands.fields) this.commands.sendFields();
    else if (this.box.text.startsWith("/")) this.commands.sendText();
    else this.#sendPlain();
  }

  async #sendPlain() {
    const text = this.box.text.trim();
    const { plain } = this;
    if (plain.isEmpty(text)) return;
    const problem = plain.problem(text);
    if (problem) {
      this.frame.complain(problem);
      return;
    }
    const draft = { text, extras: plain.extras };
    const posted = plain.send(text);
    this.typing.sent();
    const refused = this.#sent(text ? { text } : null, draft);
    await posted.catch(refused);
  }

  /**
   * Something was sent: remember it, and empty the box at once, since who goes on typing must not
   * type into what was sent.
   *
   * @returns {(error: Error) => boolean} for a refusal: gives the draft back where it was written
   */
  #sent(sent, draft) {
    const { place } = this;
    if (sent) this.history.add(this.store.userId, sent);
    this.start("");
    return (error) => {
      const here = place === this.place;
      if (here && !this.commands.fields && this.plain.isEmpty(this.box.text)) {
        this.#takeUp({ ...draft, extras: draft.extras ?? this.plain.extras });
      } else if (!here && !this.drafts.get(place)) {
        this.drafts.set(place, draft);
      }
      if (here) {
        this.unreached = error.status === 0 ? error.message : null;
        this.frame.complain(error.message);
      }
      return here && Boolean(draft.fields) && this.commands.fields === draft.fields;
    };
  }

  /** What is being written. */
  get #draft() {
    const { fields, awaited } = this.commands;
    return { fields, command: awaited, text: this.box.text, extras: this.plain.extras };
  }

  #takeUp({ fields, command, text = "", extras = {} }, { focus = true } = {}) {
    this.commands.leave();
    this.box.text = text;
    this.plain.extras = extras;
    this.plain.count(text);
    if (fields) this.commands.takeUp(fields, focus);
    else if (command) this.commands.restore(command);
    else if (text.startsWith("/")) this.commands.read(text, false);
    if (focus && !fields) this.box.focusEnd();
  }

  #indexChanged() {
    if (this.commands.fields) this.commands.renew();
    else if (this.commands.awaited) this.commands.restore(this.commands.awaited);
    else if (this.box.text.startsWith("/")) this.#typed({ focus: this.box.isFocused });
  }

  /** Files or the answered message are others: the focus must not get lost with their buttons. */
  #changed() {
    this.frame.complain("");
    const lost = document.activeElement === document.body && this.element.isConnected;
    if (lost && this.place === this.plain.slow.place) this.focus();
  }
}
