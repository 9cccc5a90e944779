/** The field of one option: a label and the input that fits its type. */

import { h, uniqueId } from "../dom.js";
import { icon } from "../icons.js";
import { entityOptions } from "../select.js";
import { OptionType, describeRange, readValue } from "./parse.js";

const ENTITIES = {
  [OptionType.USER]: 5,
  [OptionType.ROLE]: 6,
  [OptionType.MENTIONABLE]: 7,
  [OptionType.CHANNEL]: 8,
};
const SIZES_ITSELF = CSS.supports("field-sizing", "content");

export class Field {
  /**
   * @param {object} option as registered
   * @param {import("../store.js").Store} store
   * @param {() => void} onFile a file was chosen
   */
  constructor(option, store, onFile) {
    this.option = { ...option, choices: choicesOf(option, store) };
    this.chosen = null; // the choice taken from a list: its name may not be its value
    this.literal = new Set(); // option names that are plain words in this field
    this.isFile = option.type === OptionType.ATTACHMENT;
    this.isList = Boolean(this.option.choices);
    this.input = this.isFile ? this.#fileInput(onFile) : this.#textInput();
    this.input.id = uniqueId("option");
    this.element = h("div", {
      class: `field ${option.required ? "required" : "optional"} ${this.isFile ? "file" : ""}`,
      dataset: { option: option.name },
    },
    h("label", { class: "field-name", for: this.input.id }, option.name),
    h("span", { class: "field-input" }, this.input, this.isFile ? this.fileLabel : null));
  }

  /** What was typed. */
  get text() {
    return this.isFile ? this.file?.name ?? "" : this.input.value;
  }

  set text(text) {
    if (this.isFile) return;
    this.chosen = null;
    this.input.value = text;
    this.resize();
  }

  /** The file that was picked. */
  get file() {
    return this.input.files?.[0] ?? null;
  }

  /** Take a choice from a list. */
  choose(choice) {
    this.text = choice.name;
    this.chosen = choice;
  }

  /** What the field means: {value} | {error} | null where it is empty. */
  read() {
    if (!this.text.trim()) {
      return this.option.required ? { error: `${this.option.name} is required.` } : null;
    }
    // What stands for a file among the values is its place, which the sender knows.
    if (this.isFile) return { value: null };
    if (this.chosen?.name === this.text) return { value: this.chosen.value };
    return readValue(this.option, this.text);
  }

  /** The choices that fit what was typed; all of them where a choice is taken already. */
  matches() {
    const wanted = this.text.trim().toLowerCase();
    const all = this.option.choices ?? [];
    if (all.some((choice) => choice.name.toLowerCase() === wanted)) return all;
    return all.filter((choice) => choice.name.toLowerCase().includes(wanted));
  }

  /** Whether the text is a choice already. */
  get isSettled() {
    return this.text.trim() !== "" && !("error" in (this.read() ?? {}));
  }

  /** Mark the field as wrong, or right again. */
  mark(wrong) {
    this.element.classList.toggle("wrong", wrong);
    if (wrong) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  /** Where the browser cannot do it, give the input the size of its text. */
  resize() {
    if (SIZES_ITSELF || this.isFile) return;
    if (this.input.tagName === "TEXTAREA") {
      this.element.classList.add("whole-line");
      this.input.style.height = "auto";
      const height = this.input.scrollHeight; // 0 while it is not in the page
      this.input.style.height = height ? `${height}px` : "";
    } else {
      this.input.size = Math.max(4, this.input.value.length + 1);
    }
  }

  /** Show which file was picked. */
  showFile() {
    this.fileLabel.replaceChildren(icon(this.file ? "file" : "plus"),
      this.file?.name ?? "Choose a file");
  }

  #textInput() {
    const { option } = this;
    const range = describeRange(option);
    const props = {
      placeholder: this.isList || option.autocomplete ? "…" : "",
      autocomplete: "off",
      spellcheck: "false",
      "aria-required": option.required ? "true" : null,
      "aria-description": [option.description, range].filter(Boolean).join("; "),
      "aria-autocomplete": this.isList || option.autocomplete ? "list" : null,
      "aria-haspopup": this.isList || option.autocomplete ? "listbox" : null,
    };
    // Long prompts wrap, so free text gets a text area; its role allows no combobox.
    if (option.type === OptionType.STRING && !this.isList) {
      return h("textarea", { rows: 1, ...props });
    }
    const numeric = { [OptionType.INTEGER]: "numeric", [OptionType.NUMBER]: "decimal" };
    return h("input", {
      type: "text",
      inputmode: numeric[option.type],
      role: this.isList || option.autocomplete ? "combobox" : null,
      "aria-expanded": this.isList || option.autocomplete ? "false" : null,
      ...props,
    });
  }

  #fileInput(onFile) {
    this.fileLabel = h("span", { class: "file-label", "aria-hidden": "true" });
    const input = h("input", {
      type: "file",
      "aria-required": this.option.required ? "true" : null,
      "aria-description": this.option.description,
      onchange: () => {
        this.showFile();
        onFile();
      },
    });
    queueMicrotask(() => this.showFile());
    return input;
  }
}

function choicesOf(option, store) {
  if (option.choices?.length) return option.choices;
  if (option.type === OptionType.BOOLEAN) {
    return [{ name: "True", value: true }, { name: "False", value: false }];
  }
  if (!(option.type in ENTITIES)) return null;
  return entityOptions(ENTITIES[option.type], store)
    .map(({ label, value }) => ({ name: label, value }));
}
