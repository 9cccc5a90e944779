/**
 * The options of the chosen command as pills: required ones first, optional ones on demand.
 *
 * An option's name typed with a colon, as in "a red star seed:", goes on in that option's pill, so
 * a command can be typed as one line. Backspace at once takes that back.
 */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { FileField } from "./filefield.js";
import { MoreOptions } from "./moreoptions.js";
import { OptionType, nameAtEnd, splitCommand } from "./parse.js";
import { autocompleteData, commandData } from "./payload.js";
import { PillKeys } from "./pillkeys.js";
import { Suggestions } from "./suggestions.js";
import { TextField } from "./textfield.js";

export class OptionFields {
  /**
   * @param {object} entry the command, see entriesOf
   * @param {object} context see CommandLine
   */
  constructor(entry, context) {
    this.entry = entry;
    this.context = context;
    this.fields = [];
    this.current = null;
    this.keys = new PillKeys(this);
    this.more = new MoreOptions(this, context.popup);
    const remove = h("button", { type: "button", class: "chip-remove", tabindex: "-1",
      onclick: () => context.start("") }, icon("close"), hiddenText(`Remove /${entry.name}`));
    this.element = h("div", { class: "fields", role: "group", "aria-label": `/${entry.name}`,
      onkeydown: (event) => this.keys.press(event) },
    h("span", { class: "command-chip" }, `/${entry.name}`, remove), this.more.element);
    this.suggestions = new Suggestions(
      context.popup,
      (field) => context.ask(entry, autocompleteData(entry, this.fields, field)),
      (field) => this.#taken(field),
    );
    const required = entry.options.filter((option) => option.required);
    // There is always a field to be in, even where all options are optional.
    for (const option of required.length ? required : entry.options.slice(0, 1)) this.add(option);
    this.more.count();
  }

  /**
   * Fill in what was pasted, recalled or typed.
   *
   * @param {Map<string, {text?: string, chosen?: object, file?: File}>} contents by option name
   */
  fill(contents) {
    for (const option of this.entry.options) {
      if (contents.has(option.name)) this.fieldOf(option).restore(contents.get(option.name));
    }
  }

  /** Go on where an option ends, or where a required one is still empty. */
  goOn(last = null, { quiet = false } = {}) {
    const open = this.fields.find((field) => field.option.required && field.isEmpty);
    const field = this.fields.find((each) => each.option.name === last) ?? open ?? this.fields[0];
    this.quiet = quiet;
    field?.focus();
    this.quiet = false;
  }

  /** What stands in the pills, by option name, for `fill`. */
  get contents() {
    return new Map(this.fields.filter((field) => !field.isEmpty)
      .map((field) => [field.option.name, field.content]));
  }

  /** Check everything: {wrong} or {data, files, sent}; `wrong` are fields, each with its reason. */
  collect() {
    for (const field of this.fields) field.mark(field.read()?.error ?? "");
    const wrong = this.fields.filter((field) => field.problem)
      .map((field) => ({ field, reason: field.problem }));
    return wrong.length ? { wrong } : commandData(this.entry, this.fields);
  }

  /** Point at the fields that are wrong: the caret goes to the first, all are named. */
  blame(wrong) {
    wrong[0].field.focus();
    for (const { field, reason } of wrong) field.mark(reason);
    this.#tellProblems();
  }

  /** Go on after the pills were away. */
  resume() {
    for (const field of this.fields) field.resize();
    (this.current ?? this.fields[0])?.focus();
  }

  /** Go back to the last pill from the button behind it, without its list. */
  resumeLast() {
    this.quiet = true;
    this.fields.at(-1)?.focus();
    this.quiet = false;
  }

  /** Take files for the options that want one; those left over are returned. */
  takeFiles(files) {
    const left = [...files];
    const wanting = this.entry.options.filter((option) => option.type === OptionType.ATTACHMENT);
    const isFree = (option) => !this.fields.find((each) => each.option === option)?.file;
    // The pill one is in comes first, and gives up its file where no other is free.
    const [here] = wanting.filter((option) => option === this.current?.option);
    const free = wanting.filter(isFree).sort((a, b) => Number(b === here) - Number(a === here));
    if (here && !free.length) free.push(here);
    for (const option of free.slice(0, left.length)) {
      const field = this.fieldOf(option);
      field.take(left.shift());
      field.focus();
    }
    return left;
  }

  /** Put a text where the caret is. */
  insert(text) {
    const field = this.current ?? this.fields[0];
    if (!field || field.isFile) return;
    field.input.focus();
    field.input.setRangeText(text, field.input.selectionStart, field.input.selectionEnd, "end");
    field.input.dispatchEvent(new InputEvent("input"));
  }

  /** Stop whatever is under way. */
  dispose() {
    this.suggestions.cancel();
    this.context.popup.close();
  }

  /** Add the pill of an option. */
  add(option) {
    const hooks = {
      changed: (field, problem) => this.#changed(field, problem),
      remove: (field) => this.remove(field),
    };
    const Kind = option.type === OptionType.ATTACHMENT ? FileField : TextField;
    const field = new Kind(option, this.context.store, hooks);
    field.input.addEventListener("focus", () => this.#entered(field));
    field.input.addEventListener("blur", () => this.#left(field));
    if (!field.isFile) {
      field.input.addEventListener("input", (event) => this.#typed(field, event));
      field.input.addEventListener("mousedown", () => this.#clicked(field));
    }
    this.fields.push(field);
    this.more.element.before(field.element);
    this.more.count();
    return field;
  }

  /** The pill of an option, added where it is not there yet. */
  fieldOf(option) {
    return this.fields.find((field) => field.option.name === option.name) ?? this.add(option);
  }

  /** Take a pill away; the caret goes to the one before it. */
  remove(field) {
    const index = this.fields.indexOf(field);
    this.fields.splice(index, 1);
    if (this.current === field) this.current = null;
    this.more.count();
    const next = this.fields[Math.max(0, index - 1)];
    if (next) next.focus();
    else this.more.element.focus();
    field.element.remove();
    this.#tellProblems();
  }

  /** The options that have no pill. */
  get unused() {
    const used = new Set(this.fields.map((field) => field.option.name));
    return this.entry.options.filter((option) => !used.has(option.name));
  }

  #entered(field) {
    this.current = field;
    field.resize();
    this.context.popup.explain(field.option);
    if (field.problem) this.#tellProblems();
    if (!this.quiet) this.suggestions.show(field);
  }

  /** A click into the pill one is in already opens its list again. */
  #clicked(field) {
    const open = this.context.popup.listbox.isOpen;
    if (document.activeElement === field.input && !open) this.suggestions.show(field);
  }

  #left(field) {
    this.suggestions.cancel();
    this.context.popup.closeList();
    // What is missing is said when it is sent; what is wrong, as soon as one goes on.
    if (!this.element.isConnected || field.isEmpty || field.isFile) return;
    field.mark(field.read()?.error ?? "");
    if (field.problem) this.#tellProblems();
  }

  #typed(field, event) {
    if (this.#isWholeLine(field, event)) {
      this.context.start(field.text.trim());
      return;
    }
    field.chosen = null;
    // The space behind a colon, as in "seed: 7", is no part of what follows.
    if (event.data === " " && field.isEmpty) field.text = "";
    field.resize();
    this.#changed(field);
    // Only what is typed: text that is pasted into a field stays in it.
    if (event.inputType === "insertText" && this.#jumped(field)) return;
    this.suggestions.show(field);
  }

  /** Whether a whole command was pasted into the pills of an empty one. */
  #isWholeLine(field, event) {
    const pasted = event.inputType === "insertFromPaste" || event.data?.length > 1;
    return pasted && field.text.startsWith("/")
      && this.fields.every((each) => each === field || each.isEmpty)
      && Boolean(splitCommand(field.text, this.context.index.entries));
  }

  #changed(field, problem = "") {
    this.context.edited();
    field.mark(problem);
    this.#tellProblems();
  }

  /** Say what is wrong, a line for each pill. */
  #tellProblems() {
    this.context.complain(this.fields.filter((field) => field.problem)
      .map((field) => `${field.option.name}: ${field.problem}`).join("\n"));
  }

  /** Whether the name of another option was just typed: the caret is in its pill then. */
  #jumped(field) {
    if (field.input.selectionEnd !== field.text.length) return false;
    const named = nameAtEnd(field.text, this.entry.options);
    if (!named || field.literal.has(named.option.name)) return false;
    if (named.option.name === field.option.name) {
      // "/imagine prompt: …": the name of the very pill one is in.
      if (!named.before.trim()) field.text = "";
      return false;
    }
    const target = this.fieldOf(named.option);
    if (!target.isEmpty) return false;
    target.cameFrom = { field, text: field.text, name: named.option.name };
    field.text = named.before;
    target.focus();
    return true;
  }

  /** A choice was taken: on to what is still missing. */
  #taken(field) {
    this.#changed(field);
    const open = this.fields.find((each) => each.option.required && each.isEmpty);
    (open ?? field).focus();
    if (!open) this.context.popup.closeList();
  }
}
