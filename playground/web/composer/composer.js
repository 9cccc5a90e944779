/**
 * The composer: plain messages, the command list behind "/", and the fields of a command.
 *
 * It is either a text box or, once a command is chosen or typed, that command's fields.
 */

import { h, hiddenText } from "../dom.js";
import { channelTitle } from "../channels.js";
import { icon } from "../icons.js";
import { matching } from "./commands.js";
import { OptionFields } from "./options.js";
import { parseOptions, splitCommand } from "./parse.js";
import { commandData } from "./payload.js";
import { Popup } from "./popup.js";

const TYPING_EVERY = 8000; // ms, as Discord's client repeats it

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
    this.actions = actions;
    this.fields = null;
    this.lastCommand = null;
    this.drafts = new Map(); // user and channel → text
    this.typedAt = 0;
    this.sending = Promise.resolve();
    this.popup = new Popup();
    this.input = h("textarea", { class: "composer-text", rows: 1, maxlength: 4000,
      "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-describedby": "problem",
      autocomplete: "off", oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
      onblur: () => this.popup.close() });
    this.opener = h("button", { type: "button", class: "icon-button composer-slash",
      title: "Commands", onclick: () => this.start("/") }, icon("slash"), hiddenText("Commands"));
    this.sender = h("button", { type: "submit", class: "icon-button composer-send", title: "Send" },
      icon("send"), hiddenText("Send"));
    this.box = h("div", { class: "composer-box" }, this.opener, this.input, this.sender);
    this.problem = h("p", { class: "composer-problem", id: "problem", role: "alert" });
    this.element = h("form", { class: "composer",
      onsubmit: (event) => {
        event.preventDefault();
        this.#submit();
      } }, this.popup.element, this.popup.help, this.box, this.problem);
    index.addEventListener("change", () => {
      if (this.fields || !this.input.value.startsWith("/")) return;
      this.#typed({ focus: document.activeElement === this.input });
    });
  }

  /** Another channel or user is shown: keep the draft, and take up the one left here. */
  moved() {
    if (this.place) this.drafts.set(this.place, this.#text());
    this.place = `${this.store.userId} ${this.store.channelId}`;
    this.#leaveFields();
    this.#complain("");
    this.input.value = this.drafts.get(this.place) ?? "";
    this.refresh();
    this.index.refresh();
    if (this.input.value.startsWith("/")) this.#typed({ focus: false });
  }

  /** Permissions may have changed. */
  refresh() {
    const { store } = this;
    const allowed = store.maySend(store.channel);
    const label = `Message ${channelTitle(store.channel)}`;
    this.input.disabled = !allowed;
    this.opener.disabled = !allowed;
    this.sender.disabled = !allowed;
    this.input.placeholder = allowed ? `${label} or type /`
      : "You may not write in this channel";
    this.input.setAttribute("aria-label", label);
    this.element.setAttribute("aria-label", label);
  }

  /** Put the caret where one writes. */
  focus() {
    (this.fields?.current?.input ?? this.input).focus();
  }

  /** Begin with a text, such as "/" or "/imagine ". */
  start(text) {
    this.#leaveFields();
    this.input.value = text;
    this.input.focus();
    this.#typed();
  }

  #text() {
    return this.fields ? this.fields.line : this.input.value;
  }

  #typed({ focus = true } = {}) {
    const text = this.input.value;
    this.#complain("");
    this.#resize();
    if (!text.startsWith("/")) {
      this.popup.close();
      if (text.trim()) this.#sayTyping();
      return;
    }
    this.index.refresh();
    const split = splitCommand(text, this.index.entries);
    if (split?.rest && split.entry.options.length) {
      const { values, last, stray } = parseOptions(split.rest, split.entry.options);
      this.#enter(split.entry, values, last, focus);
      if (stray) this.#complain(`“${stray}” belongs to no option of /${split.entry.name}.`);
    } else if (focus) {
      this.#listCommands(text);
    }
  }

  #listCommands(text) {
    const entries = matching(this.index.entries, text.slice(1));
    const items = entries.map((entry) => ({
      label: `/${entry.name}`, description: entry.description, note: entry.app, entry,
    }));
    this.popup.explain(null);
    this.popup.list(this.input, items, { label: "Commands", active: items.length ? 0 : -1 },
      (item) => this.#choose(item.entry));
    if (items.length || /\s/.test(text)) return;
    if (!this.index.known) this.popup.say("Loading commands…");
    else if (!this.index.entries.length) this.popup.say("The bot has registered no commands yet.");
    else this.popup.say(`No command fits “${text}”.`);
  }

  #choose(entry) {
    this.popup.close();
    if (entry.options.length) {
      this.#enter(entry, new Map(), null);
    } else {
      // Nothing to fill in: the text stays text, and Enter sends it.
      this.input.value = `/${entry.name} `;
      this.input.focus();
    }
  }

  #enter(entry, values, last, focus = true) {
    this.#leaveFields();
    this.fields = new OptionFields(entry, {
      store: this.store,
      popup: this.popup,
      ask: this.actions.ask,
      submit: () => this.#submit(),
      leave: (text) => this.start(text),
      changed: () => this.#complain(""),
    });
    this.input.value = "";
    this.input.replaceWith(this.fields.element);
    this.fields.fill(values, last, focus);
  }

  #leaveFields() {
    if (!this.fields) return;
    const { fields } = this;
    this.fields = null;
    fields.dispose();
    fields.element.replaceWith(this.input);
    this.#resize();
  }

  #key(event) {
    if (event.isComposing) return;
    const { listbox } = this.popup;
    const { key } = event;
    if (key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (listbox.isOpen && (key === "ArrowDown" || key === "ArrowUp")) {
      event.preventDefault();
      listbox.move(key === "ArrowDown" ? 1 : -1);
    } else if (listbox.isOpen && key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      listbox.chooseActive();
    } else if (listbox.isOpen && key === "Escape") {
      event.preventDefault();
      this.popup.close();
    } else if (key === "ArrowUp" && !this.input.value && this.lastCommand) {
      event.preventDefault();
      this.#recall();
    }
  }

  #recall() {
    const { name, values } = this.lastCommand;
    const entry = this.index.entries.find((each) => each.name === name);
    if (!entry) return;
    if (entry.options.length) this.#enter(entry, values, [...values.keys()].at(-1) ?? null);
    else this.start(`/${name} `);
  }

  #submit() {
    if (this.fields) this.#sendFields();
    else if (this.input.value.startsWith("/")) this.#sendSlash();
    else this.#sendText();
  }

  async #sendFields() {
    const { fields } = this;
    const { problem, field, data, files } = fields.collect();
    if (problem) {
      fields.blame(field);
      this.#complain(problem);
      return;
    }
    this.lastCommand = { name: fields.entry.name, values: fields.values };
    // The box is free at once: who goes on typing must not type into what was sent.
    this.start("");
    try {
      await this.actions.sendCommand(fields.entry, data, files);
    } catch (error) {
      if (!this.#text()) this.#takeUp(fields);
      this.#complain(error.message);
    }
  }

  /** Show fields again that were sent and refused. */
  #takeUp(fields) {
    this.fields = fields;
    this.input.replaceWith(fields.element);
    fields.resume();
  }

  /** Enter behind a slash: send a command that is complete, else take the one marked. */
  async #sendSlash() {
    if (!this.index.known) await this.index.refresh();
    const text = this.input.value;
    const exact = splitCommand(text, this.index.entries);
    const marked = this.popup.listbox.active?.entry;
    if (marked && marked !== exact?.entry) {
      this.#choose(marked);
    } else if (!exact) {
      this.#complain(`There is no command ${text.split(/\s/)[0]} that you may use here.`);
    } else if (exact.rest?.trim()) {
      this.#complain(`/${exact.entry.name} takes no text.`);
    } else if (exact.entry.options.some((option) => option.required)) {
      this.#choose(exact.entry);
    } else {
      await this.#sendBare(exact.entry, text);
    }
  }

  /** Send a command without options. */
  async #sendBare(entry, text) {
    this.lastCommand = { name: entry.name, values: new Map() };
    this.start("");
    const { data, files } = commandData(entry, []);
    try {
      await this.actions.sendCommand(entry, data, files);
    } catch (error) {
      this.#giveBack(text, error);
    }
  }

  async #sendText() {
    const text = this.input.value.trim();
    if (!text) return;
    this.start("");
    this.typedAt = 0;
    // One after the other, so that they stay in order.
    const turn = this.sending.then(() => this.actions.post(text));
    this.sending = turn.catch(() => {});
    try {
      await turn;
    } catch (error) {
      this.#giveBack(text, error);
    }
  }

  /** Put a text that was refused back where it was written, and say why. */
  #giveBack(text, error) {
    if (!this.#text()) {
      this.input.value = text;
      this.#resize();
    }
    this.#complain(error.message);
  }

  #sayTyping() {
    if (Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    this.actions.typing();
  }

  #complain(text) {
    if (this.problem.textContent !== text) this.problem.textContent = text;
  }

  #resize() {
    if (CSS.supports("field-sizing", "content")) return;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }
}
