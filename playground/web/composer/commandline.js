/** The composer while a command is meant: the list behind the slash, then pills for its options. */

import { listCommands } from "./commandlist.js";
import { filesProblem } from "./limits.js";
import { OptionFields } from "./options.js";
import { parseOptions, splitCommand } from "./parse.js";
import { commandData } from "./payload.js";
import { blamedFields } from "./refusal.js";

/**
 * A command that was filled in, as it can be written down.
 *
 * @typedef {{name: string, contents: [string, {text: string, chosen?: object}][]}} Kept
 */

export class CommandLine {
  /**
   * @param {import("./textbox.js").TextBox} box the pills stand in its place
   * @param {object} context
   * @param {import("../store.js").Store} context.store
   * @param {import("./popup.js").Popup} context.popup
   * @param {import("./commands.js").CommandIndex} context.index
   * @param {Function} context.ask asks the bot for choices
   * @param {Function} context.send sends a command
   * @param {() => void} context.submit
   * @param {(text: string) => void} context.start begins anew with a text
   * @param {(problem: string) => void} context.complain
   * @param {() => void} context.edited somebody has changed something
   * @param {() => string[]} context.used the commands used before, the latest first
   * @param {(by: number) => boolean} context.recall goes through what was sent before
   * @param {(sent: object) => (error: Error) => boolean} context.sent empties the composer; what it
   *   returns is called where the server refused, and says whether the composer is as it was
   */
  constructor(box, context) {
    this.box = box;
    this.context = context;
    /** @type {OptionFields|null} the pills, where a command is being filled in */
    this.fields = null;
    /** @type {Kept|null} what becomes pills once its command is known */
    this.awaited = null;
  }

  /** Somebody has typed or pasted a text that begins with a slash. */
  read(text, focus = true) {
    const { index, popup, complain } = this.context;
    index.refresh();
    const split = splitCommand(text, index.entries);
    if (split?.rest && split.entry.options.length) {
      const { entry, rest } = split;
      const { values, last, ...odd } = parseOptions(rest, entry.options);
      const contents = new Map([...values].map(([name, value]) => [name, { text: value }]));
      this.enter(entry, contents, { last, focus });
      const problem = oddities(entry, odd);
      if (problem) complain(problem);
    } else if (focus) {
      listCommands(popup, this.box.element, text, { index, used: this.context.used() },
        (entry) => this.choose(entry));
    }
  }

  /** Take a command of the list. */
  choose(entry) {
    this.context.popup.close();
    if (entry.options.length) {
      this.enter(entry);
    } else {
      // Nothing to fill in: the text stays text, and Enter sends it.
      this.box.text = `/${entry.name} `;
      this.box.focusEnd();
    }
  }

  /** Show the pills of a command, filled with what is known. */
  enter(entry, contents = new Map(), { last = null, focus = true, quiet = false } = {}) {
    const { context } = this;
    this.leave();
    this.#show(new OptionFields(entry, context));
    this.fields.fill(contents);
    if (focus) this.fields.goOn(last, { quiet });
  }

  /** Put the text box back; the pills that were there, or null. */
  leave() {
    const { fields } = this;
    this.fields = null;
    this.awaited = null;
    if (!fields) return null;
    fields.dispose();
    fields.element.replaceWith(this.box.element);
    return fields;
  }

  /** Show pills again that were put away. */
  takeUp(fields, focus = true) {
    this.leave();
    this.#show(fields);
    if (focus) fields.resume();
    this.renew();
  }

  /** Show the pills of before a reload, now or when their command is known. */
  restore(kept) {
    const entry = this.context.index.entries.find(({ name }) => name === kept.name);
    if (entry) {
      this.enter(entry, new Map(kept.contents), {
        last: kept.contents.at(-1)?.[0], focus: this.box.isFocused, quiet: true });
    } else {
      this.box.text = `/${kept.name}`;
      this.awaited = kept;
    }
  }

  /** The commands are others now: a command that was registered anew gets new pills. */
  renew() {
    const { index, complain } = this.context;
    if (!this.fields || !index.known) return;
    const { entry, contents, current, element } = this.fields;
    const now = index.entries.find((each) => each.name === entry.name);
    if (now?.command.version === entry.command.version) return;
    if (now?.options.length) {
      const focus = element.contains(document.activeElement);
      this.enter(now, contents, { last: current?.option.name, focus, quiet: true });
    } else if (!now) {
      complain(`/${entry.name} is no longer there.`);
    }
  }

  /** Show a command that was sent before. */
  recall({ name, contents }) {
    const entry = this.context.index.entries.find((each) => each.name === name);
    if (entry?.options.length) {
      this.enter(entry, contents, { last: [...contents.keys()].at(-1), quiet: true });
    } else {
      this.box.text = `/${name}`;
      this.box.focusEnd();
    }
  }

  /** Send the command in the pills, or point at what is wrong. */
  async sendFields() {
    const { fields } = this;
    const { store, complain, send, sent } = this.context;
    const checked = fields.collect();
    if (checked.wrong) {
      fields.blame(checked.wrong);
      return;
    }
    const tooMuch = filesProblem(checked.files, store.guildOf(store.channel));
    if (tooMuch) {
      complain(tooMuch);
      return;
    }
    const refused = sent({ name: fields.entry.name, contents: fields.contents }, { fields });
    try {
      await send(fields.entry, checked.data, checked.files);
    } catch (error) {
      const wrong = blamedFields(error, checked.sent);
      if (refused(error) && wrong.length) fields.blame(wrong);
    }
  }

  /** Enter behind a slash: send a command that is complete, else take the one marked. */
  async sendText() {
    const { index, popup, complain, send, sent } = this.context;
    if (!index.known) await index.refresh();
    const { text } = this.box;
    const exact = splitCommand(text, index.entries);
    const marked = popup.listbox.active?.entry;
    if (marked && marked !== exact?.entry) {
      this.choose(marked);
    } else if (!exact) {
      complain(`There is no command ${text.split(/\s/)[0]} that you may use here.`);
    } else if (exact.rest?.trim() && exact.entry.options.length) {
      // Typed whole before the commands were known: only now it becomes pills.
      this.read(text);
      await this.sendFields();
    } else if (exact.rest?.trim()) {
      complain(`/${exact.entry.name} takes no text.`);
    } else if (exact.entry.options.some((option) => option.required)) {
      this.choose(exact.entry);
    } else {
      const { entry } = exact;
      const refused = sent({ name: entry.name, contents: new Map() }, { text });
      const { data, files } = commandData(entry, []);
      await send(entry, data, files).catch(refused);
    }
  }

  #show(fields) {
    this.fields = fields;
    this.box.text = "";
    this.box.element.replaceWith(fields.element);
  }
}

/** What is odd about a line, in words; "" where nothing is. */
function oddities(entry, { stray, unknown, kept }) {
  const has = (names) => (
    `/${entry.name} has no option ${names.map((name) => `“${name}”`).join(", ")}`);
  return [
    stray ? `“${stray}” belongs to no option of /${entry.name}.` : "",
    unknown.length ? `${has(unknown)}: left out.` : "",
    kept.length ? `${has(kept)}: it stays part of the text.` : "",
  ].filter(Boolean).join("\n");
}
