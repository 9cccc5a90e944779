/** Going through messages by arrow keys: Tab reaches one of them, the arrows do the rest. */

export class Roving {
  /**
   * @param {HTMLElement} list
   * @param {string} selector what in it can have the focus
   */
  constructor(list, selector) {
    this.list = list;
    this.selector = selector;
    this.current = null;
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("focusin", (event) => {
      const item = event.target.closest(selector);
      if (item) this.#choose(item);
    });
  }

  /** The list has changed: the last is the one that Tab reaches, unless another was chosen. */
  refresh() {
    const items = this.#items();
    const kept = this.current?.isConnected && this.current.contains(document.activeElement);
    if (!kept && items.length) this.#choose(items.at(-1));
  }

  #items() {
    return [...this.list.querySelectorAll(this.selector)];
  }

  #choose(item) {
    if (this.current === item) return;
    this.current?.setAttribute("tabindex", "-1");
    this.current = item;
    item.setAttribute("tabindex", "0");
  }

  #key(event) {
    if (!event.target.matches(this.selector)) return;
    const items = this.#items();
    const index = items.indexOf(event.target);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 };
    const item = items[next[event.key]];
    if (!item) return;
    event.preventDefault();
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }
}
