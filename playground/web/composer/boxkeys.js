/** The keys within the text box: those that mean more than to write. */

export class BoxKeys {
  /**
   * @param {{box: import("./textbox.js").TextBox, popup: import("./popup.js").Popup,
   *   plain: import("./plain.js").PlainMessage}} composer
   * @param {{submit: () => void, recall: (by: number) => boolean}} hooks `recall` goes through what
   *   was sent before; false where the arrow key means something else
   */
  constructor(composer, hooks) {
    this.composer = composer;
    this.hooks = hooks;
  }

  /** A key was pressed in the text box. */
  press(event) {
    const { box, popup: { listbox } } = this.composer;
    const { key } = event;
    const by = { ArrowUp: -1, ArrowDown: 1 }[key];
    let done = true;
    if (key === "Enter" && !event.shiftKey) this.#enter();
    else if (by && listbox.isOpen) listbox.move(by);
    else if (by) done = box.isAtEdge(by) && this.hooks.recall(by);
    else if (key === "Tab" && !event.shiftKey && listbox.active) listbox.chooseActive();
    else if (key === "Escape") done = this.#escape();
    else done = false;
    if (done) event.preventDefault();
  }

  /** Take the name that is marked, or send; a command that is marked is taken by sending. */
  #enter() {
    const { box, popup: { listbox } } = this.composer;
    const mention = listbox.isOpen && !box.text.startsWith("/");
    if (!mention || !listbox.chooseActive()) this.hooks.submit();
  }

  /** Close the list, else give up the reply; false where there is neither. */
  #escape() {
    const { popup, plain } = this.composer;
    if (popup.listbox.isOpen || popup.isSaying) popup.close();
    else if (plain.reply.message) plain.reply.set(null);
    else return false;
    return true;
  }
}
