/** Tabs, walked with the arrow keys as everywhere. */

import { h, uniqueId } from "../dom.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** Fires `change` when another tab is shown. */
export class Tabs extends EventTarget {
  /**
   * @param {string} label
   * @param {{key: string, name: string, element: HTMLElement}[]} tabs
   */
  constructor(label, tabs) {
    super();
    this.current = null;
    this.tabs = tabs.map((tab) => {
      const count = h("span", { class: "tab-count", hidden: true });
      const button = h("button", { type: "button", class: "tab", role: "tab", id: uniqueId("tab"),
        onclick: () => this.show(tab.key) }, tab.name, count);
      const panel = h("div", { class: "tab-panel", role: "tabpanel", id: uniqueId("tab-panel"),
        "aria-labelledby": button.id }, tab.element);
      button.setAttribute("aria-controls", panel.id);
      return { ...tab, button, panel, count };
    });
    this.list = h("div", { class: "tabs", role: "tablist", "aria-label": label,
      onkeydown: (event) => this.#key(event) }, this.tabs.map(({ button }) => button));
    this.panels = this.tabs.map(({ panel }) => panel);
    this.show(tabs[0].key);
  }

  /** Show a tab. */
  show(key) {
    if (this.current === key) return;
    this.current = key;
    for (const tab of this.tabs) {
      const shown = tab.key === key;
      tab.panel.hidden = !shown;
      tab.button.setAttribute("aria-selected", String(shown));
      tab.button.tabIndex = shown ? 0 : -1;
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Show a number at a tab; none for 0. */
  setCount(key, count, meaning) {
    const tab = this.tabs.find((each) => each.key === key);
    tab.count.hidden = count === 0;
    tab.count.replaceChildren(String(count), h("span", { class: "sr-only" }, ` ${meaning}`));
  }

  #key(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.tabs.findIndex(({ key }) => key === this.current);
    const next = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    this.show(next.key);
    next.button.focus();
  }
}
