/** The keys within a command's pills. */

export class PillKeys {
  /** @param {import("./options.js").OptionFields} pills */
  constructor(pills) {
    this.pills = pills;
  }

  /** A key was pressed in a pill or on the button behind them. */
  press(event) {
    if (event.isComposing || event.target.closest(".chip-remove")) return;
    const { popup } = this.pills.context;
    const field = this.pills.fields.find((each) => each.input === event.target);
    if (event.key === "Enter") {
      this.#enter(event, field);
    } else if (event.key === "Tab" && !event.shiftKey) {
      this.#tab(event);
    } else if (event.key === "Escape" && event.target === this.pills.more.element) {
      event.preventDefault();
      this.pills.resumeLast();
    } else if (event.key === "Escape" && (popup.listbox.isOpen || popup.isSaying)) {
      event.preventDefault();
      popup.closeList();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.#upOrDown(event, field);
    } else if (field) {
      this.#edge(event, field);
    }
  }

  #enter(event, field) {
    const { listbox } = this.pills.context.popup;
    const { more, context } = this.pills;
    // The button opens its list; once that is open and nothing marked, what is filled in is sent.
    if (event.target === more.element && !listbox.isOpen) return;
    event.preventDefault();
    if (listbox.isOpen && listbox.chooseActive()) return;
    if (field?.isFile && !field.file) field.input.click();
    else context.submit();
  }

  #tab(event) {
    const { listbox } = this.pills.context.popup;
    if (!listbox.isOpen || !listbox.active) return;
    const active = document.activeElement;
    listbox.chooseActive();
    // Taking a choice may have moved on by itself.
    if (document.activeElement !== active) event.preventDefault();
  }

  #upOrDown(event, field) {
    const { context, suggestions, more } = this.pills;
    const { listbox } = context.popup;
    const by = event.key === "ArrowDown" ? 1 : -1;
    if (listbox.isOpen) {
      event.preventDefault();
      listbox.move(by);
    } else if (event.target === more.element) {
      event.preventDefault();
      more.open();
    } else if (field && !event.altKey && atEdge(field, by) && context.recall(by)) {
      event.preventDefault();
    } else if (field && (field.isList || field.option.autocomplete)) {
      event.preventDefault();
      suggestions.show(field);
    }
  }

  /** Keys that matter only at the edge of a pill. */
  #edge(event, field) {
    const { fields } = this.pills;
    const [start, end] = field.isFile ? [0, 0]
      : [field.input.selectionStart, field.input.selectionEnd];
    if (start !== end) return;
    const index = fields.indexOf(field);
    const length = field.isFile ? 0 : field.input.value.length;
    let done = true;
    if (event.key === "Backspace" && start === 0) this.#takeBack(field, index);
    else if (event.key === "Delete" && field.isFile && field.file) field.take(null);
    else if (event.key === "ArrowLeft" && start === 0 && index > 0) fields[index - 1].focus();
    else if (event.key === "ArrowRight" && start === length && fields[index + 1]) {
      fields[index + 1].focus({ atStart: true });
    } else done = false;
    if (done) event.preventDefault();
  }

  /** Backspace at the start: undo the jump into the pill, remove it, or leave the command. */
  #takeBack(field, index) {
    const { pills } = this;
    if (field.cameFrom && field.isEmpty) {
      const { field: origin, text, name } = field.cameFrom;
      field.cameFrom = null;
      origin.literal.add(name);
      if (!field.option.required) pills.remove(field);
      origin.text = text;
      origin.focus();
    } else if (field.isFile && field.file) {
      field.take(null);
    } else if (!field.option.required && pills.fields.length > 1) {
      pills.remove(field);
    } else if (pills.fields.every((each) => each.isEmpty)) {
      pills.context.start(`/${pills.entry.name}`);
    } else {
      pills.fields[index - 1]?.focus();
    }
  }
}

/** Whether a text with several lines ends in this direction. */
function atEdge(field, by) {
  if (field.isFile) return true;
  const { value, selectionStart } = field.input;
  const beyond = by < 0 ? value.slice(0, selectionStart) : value.slice(selectionStart);
  return !beyond.includes("\n");
}
