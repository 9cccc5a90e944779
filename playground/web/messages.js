/**
 * The messages of the channel that is shown: history, days, news, and where one is in it.
 *
 * The view stays at the newest message as long as the reader is there; who has scrolled up is
 * left alone and told about news by a button.
 */

import { h } from "./dom.js";
import { JumpPill } from "./jump.js";
import { MessageView } from "./message.js";
import { Roving } from "./roving.js";
import { place, rowsOf } from "./rows.js";
import { renderSkeleton } from "./skeleton.js";

const PAGE = 50;
const NEAR_BOTTOM = 80; // px
const FAR_UP = 1500; // px
const MOST_PAGES = 20; // to look through for a message that is jumped to

export class MessageList {
  /**
   * @param {import("./store.js").Store} store
   * @param {() => {api: object, gateway: object}} session
   * @param {object} context see MessageView
   * @param {import("./message-actions.js").MessageActions} actions
   * @param {() => Node} welcome what stands before the first message
   */
  constructor(store, session, context, actions, welcome) {
    Object.assign(this, { store, session, context, actions, welcome });
    this.views = new Map(); // message id → MessageView
    this.atBottom = true;
    this.loading = null; // the page before the oldest, while it is fetched
    this.readTo = null; // after this message the line of news stands
    this.news = 0; // how many came while one was further up
    this.list = h("ol", { class: "message-list" });
    this.start = h("div", { class: "channel-start" });
    this.down = new JumpPill("down", () => this.toBottom());
    this.up = new JumpPill("up", () => this.#toNews());
    this.scroller = h("div", { class: "scroller", onscroll: () => this.#scrolled() },
      h("div", { class: "scroller-inside" }, this.start, this.list));
    this.element = h("div", { class: "messages", role: "log", "aria-live": "off",
      "aria-label": "Messages" }, this.scroller, this.up.element, this.down.element);
    this.roving = new Roving(this.list, ".message > article");
    this.#listen();
  }

  /** Show the store's channel from its end. */
  async show() {
    this.views.clear();
    this.list.replaceChildren();
    this.start.replaceChildren();
    this.atBottom = true;
    this.news = 0;
    this.down.hide();
    this.readTo = null;
    const { missed, unread } = this.store.log(this.store.channelId);
    this.takeNews();
    this.sync();
    await this.refresh();
    this.#offerNews(missed ? null : unread);
  }

  /** What came unseen is looked at now: a line says where it begins. */
  takeNews() {
    const log = this.store.log(this.store.channelId);
    if (log.readTo === null) return;
    this.readTo = log.readTo;
    log.readTo = null;
    this.sync();
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
    for (const { message, grouped, before } of rowsOf(log.messages, this.readTo)) {
      nodes.push(...before, this.#view(message, grouped).element);
      shown.add(message.id);
    }
    for (const id of this.views.keys()) if (!shown.has(id)) this.views.delete(id);
    place(this.list, nodes);
    this.#showStart(log);
    this.roving.refresh();
    this.#hold();
  }

  /** Go to the newest message. */
  toBottom() {
    this.atBottom = true;
    this.#hold();
    this.store.markRead(this.store.channelId);
  }

  /** Show a message of this channel, wherever it is; false where it is not to be found. */
  async jumpTo(id) {
    const log = this.store.log(this.store.channelId);
    for (let page = 0; page < MOST_PAGES && !log.find(id) && log.hasOlder; page += 1) {
      await this.#loadOlder();
    }
    const view = this.views.get(id);
    if (!view) return false;
    this.atBottom = false;
    view.element.scrollIntoView({ block: "center" });
    view.article.focus({ preventScroll: true });
    view.element.classList.remove("flash");
    requestAnimationFrame(() => view.element.classList.add("flash"));
    return true;
  }

  #listen() {
    this.actions.watch(this.list, (id) => this.views.get(id));
    // Pictures without a known size and late fonts change heights after the fact.
    const observer = new ResizeObserver(() => this.#hold());
    for (const each of [this.list, this.scroller]) observer.observe(each);
    this.store.addEventListener("messages", ({ detail }) => this.#changed(detail));
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

  #showStart(log) {
    // Nobody's focus is taken away by a message that comes.
    if (this.start.contains(document.activeElement)) return;
    if (log.loaded && !log.hasOlder) this.start.replaceChildren(this.welcome());
    else if (!this.start.querySelector(".skeleton")) this.start.replaceChildren(renderSkeleton(4));
  }

  #changed({ channelId, message, change }) {
    if (channelId !== this.store.channelId) return;
    const created = change === "create";
    // Who has just written or used a command wants to see what comes of it.
    const by = [message?.author?.id, message?.interaction_metadata?.user?.id];
    if (created && by.includes(this.store.userId)) this.atBottom = true;
    if (created && !this.atBottom && !this.news) {
      this.readTo = this.store.log(channelId).before(message.id);
    }
    this.sync();
    if (created && !this.atBottom) {
      this.news += 1;
      this.down.show(this.news);
    }
  }

  #hold() {
    if (!this.atBottom) return;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.news = 0;
    this.down.hide();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    this.atBottom = below < NEAR_BOTTOM;
    if (this.atBottom) this.news = 0;
    if (this.news) this.down.show(this.news);
    else if (below > FAR_UP) this.down.offer();
    else this.down.hide();
    if (this.#showsNews) this.up.hide();
    if (scrollTop < 300) this.#loadOlder();
  }

  get #newsLine() {
    return this.list.querySelector(".news");
  }

  /** Whether the line of news is not above what is seen. */
  get #showsNews() {
    const top = (element) => element?.getBoundingClientRect().top;
    return top(this.#newsLine) >= top(this.element);
  }

  #offerNews(count) {
    if (this.#newsLine && !this.#showsNews) this.up.show(count);
    else this.up.hide();
  }

  #toNews() {
    this.atBottom = false;
    this.#newsLine?.scrollIntoView({ block: "start" });
    this.up.hide();
  }

  /** Fetch the page before the oldest; who scrolls on while it comes does not fetch it twice. */
  #loadOlder() {
    this.loading ??= this.#fetchOlder().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  async #fetchOlder() {
    const { channelId } = this.store;
    const log = this.store.log(channelId);
    if (!log.hasOlder || !log.messages.length) return;
    let page;
    try {
      const before = log.messages[0].id;
      page = await this.session().api.messages(channelId, { before, limit: PAGE });
    } catch {
      return; // as in refresh: scrolling again tries again
    }
    log.adoptOlder(page, PAGE);
    if (this.store.channelId !== channelId) return;
    const { scrollHeight, scrollTop } = this.scroller;
    this.sync();
    // What was read stays where it was.
    this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
  }
}
