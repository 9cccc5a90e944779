/**
 * The panel at the side, for the curious and for who makes bots: what passes between the bot and
 * the playground, what waits, and what can be broken.
 *
 * It stands beside the channel where there is room, and covers the page where there is none.
 */

import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";
import { Breaking } from "./breaking.js";
import { getQueue } from "./calls.js";
import { Feed } from "./feed.js";
import { recall, remember } from "./memory.js";
import { Queue } from "./queue.js";
import { splitter } from "./splitter.js";
import { Tabs } from "./tabs.js";
import { Traffic } from "./traffic.js";

const KEY = "playground panel";
const SHORTCUT = "F2";
const narrow = matchMedia("(max-width: 900px)");
const POLL = 1000; // ms
const SELDOM = 5; // faults are asked for every so many polls while nobody looks at them
const LEAST = 360; // px
const SPARED = 340 + 248; // px that stay for the channel and the side

export class Panel {
  constructor() {
    this.polls = -1;
    this.feed = new Feed();
    this.traffic = new Traffic(this.feed, (route) => this.#break(route));
    this.queue = new Queue();
    this.breaking = new Breaking(() => this.feed.routes, () => this.#count());
    this.tabs = new Tabs("Under the hood", [
      { key: "traffic", name: "Traffic", element: this.traffic.element },
      { key: "queue", name: "Waiting", element: this.queue.element },
      { key: "breaking", name: "Break things", element: this.breaking.element },
    ]);
    this.button = h("button", { type: "button", class: "panel-button", "aria-expanded": "false",
      "aria-controls": "panel", "aria-keyshortcuts": SHORTCUT,
      title: `What passes between the bot and Discord (${SHORTCUT})`,
      onclick: () => this.toggle() }, icon("pulse"), h("span", {}, "Under the hood"),
    h("kbd", { "aria-hidden": "true" }, SHORTCUT));
    this.element = this.#build();
    this.tabs.addEventListener("change", () => this.#poll());
    this.feed.addEventListener("add", ({ detail }) => this.#passed(detail));
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("visibilitychange", () => this.#poll());
    narrow.addEventListener("change", () => this.#fit());
    // On a narrow screen it would hide what one came for.
    if (recall(KEY) === "open" && !narrow.matches) this.toggle(true);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Open or close the panel; `focus`: as somebody asked for it just now. */
  toggle(open = !this.isOpen, { focus = false } = {}) {
    if (open === this.isOpen) return;
    const within = this.element.contains(document.activeElement);
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    remember(KEY, open ? "open" : "closed");
    this.#fit();
    if (open) this.feed.open();
    else this.feed.close();
    this.#poll();
    if (open && (focus || narrow.matches)) this.tabs.list.querySelector("[tabindex='0']").focus();
    if (!open && within) this.button.focus();
  }

  #build() {
    const element = h("aside", { class: "panel", id: "panel", "aria-label": "Under the hood",
      hidden: true },
    h("header", { class: "panel-head" },
      h("h2", {}, "Under the hood"),
      this.tabs.list,
      h("button", { type: "button", class: "icon-button", title: `Close (${SHORTCUT})`,
        onclick: () => this.toggle(false) }, icon("close"), hiddenText("Close the panel"))),
    this.tabs.panels);
    element.prepend(splitter({ key: `${KEY} width`, label: "Width of the panel", axis: "x",
      target: element, least: LEAST, most: () => document.documentElement.clientWidth - SPARED,
      initial: 480 }));
    return element;
  }

  /** Where it covers the page, nothing behind it may take the keyboard. */
  #fit() {
    const covers = this.isOpen && narrow.matches;
    const shell = this.element.parentElement;
    for (const each of [...shell?.children ?? [], ...shell?.parentElement?.children ?? []]) {
      if (each !== this.element && each !== shell) each.inert = covers;
    }
  }

  #key(event) {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === SHORTCUT && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.toggle(undefined, { focus: true });
    } else if (event.key === "Escape" && this.isOpen && narrow.matches) {
      this.toggle(false);
    }
  }

  #break(route) {
    this.tabs.show("breaking");
    this.breaking.prepare(route);
  }

  /** An interaction that came or was answered changes what waits; a fault that struck, the list. */
  #passed(item) {
    const concerns = item.kind === "rest" && (item.fault || item.path.startsWith("/interactions")
      || item.path.startsWith("/webhooks"));
    if (item.fault) this.polls = -1; // whose fault it was is asked at once
    if (concerns) this.#pollSoon();
  }

  #pollSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#poll(), 50);
  }

  async #poll() {
    clearTimeout(this.timer);
    if (!this.isOpen || document.hidden) return;
    // The server may be away for a while: the next time tells more.
    const asked = [getQueue().then(({ interactions }) => this.queue.set(interactions))];
    this.polls += 1;
    if (this.tabs.current === "breaking" || this.polls % SELDOM === 0) {
      asked.push(this.breaking.refresh());
    }
    await Promise.allSettled(asked);
    this.#count();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#poll(), POLL);
  }

  #count() {
    this.tabs.setCount("queue", this.queue.size, "waiting");
    this.tabs.setCount("breaking", this.breaking.active, "active");
  }
}
