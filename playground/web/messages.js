/**
 * The messages of the channel that is shown: history, grouping, days, and where one is in it.
 *
 * The view stays at the newest message as long as the reader is there; who has scrolled up is
 * left alone and told about news by a button.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { MessageView } from "./message.js";
import { idTime } from "./snowflake.js";
import { dayName, sameDay } from "./time.js";

const PAGE = 50;
const NEAR_BOTTOM = 80; // px
const GROUP_SPAN = 7 * 60 * 1000; // ms, as in Discord

export class MessageList {
  /**
   * @param {import("./store.js").Store} store
   * @param {() => {api: object, gateway: object}} session
   * @param {object} context see MessageView
   * @param {() => Node} welcome what stands before the first message
   */
  constructor(store, session, context, welcome) {
    this.store = store;
    this.session = session;
    this.context = context;
    this.welcome = welcome;
    this.views = new Map();
    this.atBottom = true;
    this.loading = false;
    this.list = h("ol", { class: "message-list" });
    this.start = h("div", { class: "channel-start" });
    this.jump = h("button", { type: "button", class: "jump", hidden: true,
      onclick: () => this.toBottom() }, icon("arrowDown"), "New messages");
    this.scroller = h("div", {
      class: "scroller", role: "log", "aria-live": "off", "aria-label": "Messages", tabindex: "0",
      onscroll: () => this.#scrolled(),
    }, h("div", { class: "scroller-inside" }, this.start, this.list));
    this.element = h("div", { class: "messages" }, this.scroller, this.jump);
    // Pictures without a known size and late fonts change heights after the fact.
    new ResizeObserver(() => this.#hold()).observe(this.list);
    new ResizeObserver(() => this.#hold()).observe(this.scroller);
    store.addEventListener("messages", ({ detail }) => this.#changed(detail));
  }

  /** Show the store's channel from its end. */
  async show() {
    this.views.clear();
    this.list.replaceChildren();
    this.atBottom = true;
    this.jump.hidden = true;
    this.sync();
    await this.refresh();
  }

  /** Fetch what may be missing; without a connection, its READY will do so. */
  async refresh() {
    const { channelId } = this.store;
    if (!this.session().gateway.ready) return;
    const log = this.store.log(channelId);
    if (!log.loaded || log.stale) {
      try {
        const since = log.newest;
        const page = await this.session().api.messages(channelId, { limit: PAGE });
        log.adoptLatest(page, PAGE, since);
      } catch {
        // The connection's own notice says what is wrong; the next connection fetches again.
        return;
      }
    }
    if (this.store.channelId === channelId) this.sync();
  }

  /** Bring the elements in line with the log. */
  sync() {
    const log = this.store.log(this.store.channelId);
    const nodes = [];
    const shown = new Set();
    let before = null;
    for (const message of log.messages) {
      const moment = idTime(message.id);
      if (!before || !sameDay(idTime(before.id), moment)) nodes.push(dayLine(moment));
      nodes.push(this.#view(message, isGrouped(message, before)).element);
      shown.add(message.id);
      before = message;
    }
    for (const id of this.views.keys()) if (!shown.has(id)) this.views.delete(id);
    place(this.list, nodes);
    this.start.replaceChildren(...(log.loaded && !log.hasOlder ? [this.welcome()] : []));
    this.#hold();
  }

  /** Go to the newest message. */
  toBottom() {
    this.atBottom = true;
    this.#hold();
    this.store.markRead(this.store.channelId);
  }

  #view(message, grouped) {
    let view = this.views.get(message.id);
    if (!view) {
      view = new MessageView(message, this.context);
      this.views.set(message.id, view);
    }
    view.update(message, grouped);
    return view;
  }

  #changed({ channelId, message, change }) {
    if (channelId !== this.store.channelId) return;
    // Who has just written or used a command wants to see what comes of it.
    const by = [message?.author?.id, message?.interaction_metadata?.user?.id];
    if (change === "create" && by.includes(this.store.userId)) this.atBottom = true;
    this.sync();
    if (change === "create" && !this.atBottom) this.jump.hidden = false;
  }

  #hold() {
    if (!this.atBottom) return;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.atBottom = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    if (this.atBottom) this.jump.hidden = true;
    if (scrollTop < 200) this.#loadOlder();
  }

  async #loadOlder() {
    const { channelId } = this.store;
    const log = this.store.log(channelId);
    if (!log.hasOlder || this.loading || !log.messages.length) return;
    this.loading = true;
    try {
      const before = log.messages[0].id;
      log.adoptOlder(await this.session().api.messages(channelId, { before, limit: PAGE }), PAGE);
      if (this.store.channelId !== channelId) return;
      const height = this.scroller.scrollHeight;
      const top = this.scroller.scrollTop;
      this.sync();
      // What was read stays where it was.
      this.scroller.scrollTop = top + this.scroller.scrollHeight - height;
    } catch {
      // As in refresh: scrolling again tries again.
    } finally {
      this.loading = false;
    }
  }
}

function isGrouped(message, before) {
  return Boolean(before)
    && before.author.id === message.author.id
    && !message.interaction_metadata?.user && !message.referenced_message && !message.local
    && (before.flags & 64) === (message.flags & 64)
    && sameDay(idTime(before.id), idTime(message.id))
    && idTime(message.id) - idTime(before.id) < GROUP_SPAN;
}

function dayLine(moment) {
  return h("li", { class: "day" }, h("span", {}, dayName(moment)));
}

/** Make `nodes` the children of a list while leaving alone those already in place. */
function place(list, nodes) {
  const keep = new Set(nodes);
  for (const child of [...list.children]) if (!keep.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}
