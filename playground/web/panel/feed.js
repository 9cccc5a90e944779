/**
 * The traffic as the server tells it: what is kept, then what passes, a restart of the server
 * included.
 */

/** How many items are kept; a little more may be there for a moment, so that trimming is rare. */
export const CAP = 5000;
const SLACK = 500;
const RETRY = 2000; // ms

const URL = "/playground/traffic";

/**
 * Fires `add` (detail: the item), `trim` and `reset` after items were taken out, `status` when the
 * connection or the pause changed.
 */
export class Feed extends EventTarget {
  constructor() {
    super();
    this.items = [];
    /** What came while paused, and is shown after it. */
    this.held = [];
    this.paused = false;
    /** The patterns of REST calls that were seen. */
    this.routes = new Set();
    this.connected = false;
    this.source = null;
    this.run = null;
    this.lastId = 0;
    this.notes = 0;
    this.retry = null;
  }

  /** Listen, until `close`. */
  open() {
    if (this.source) return;
    const source = new EventSource(URL);
    this.source = source;
    source.addEventListener("hello", ({ data }) => this.#hello(JSON.parse(data)));
    for (const kind of ["rest", "gateway"]) {
      source.addEventListener(kind, ({ data }) => this.take(JSON.parse(data)));
    }
    source.addEventListener("lost", ({ data }) => (
      this.#note(`${JSON.parse(data).count} more passed too quickly to be told`)));
    source.addEventListener("error", () => {
      this.#setConnected(false);
      // Browsers come back by themselves from a lost connection, but not from a refusal.
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      this.source = null;
      this.retry = setTimeout(() => this.open(), RETRY);
    });
  }

  /** Stop listening; what is there stays. */
  close() {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
    this.#setConnected(false);
  }

  /** Hold back what comes, or show it. */
  pause(paused) {
    this.paused = paused;
    const held = this.held;
    this.held = [];
    for (const item of held) this.#add(item);
    this.#emit("status");
  }

  /** Forget all. */
  clear() {
    this.items = [];
    this.held = [];
    this.#emit("reset");
    this.#emit("status");
  }

  /** Take in one item; one that is known already is left out. */
  take(item) {
    // Whoever comes back is told all that is kept.
    if (item.id <= this.lastId) return;
    this.lastId = item.id;
    if (item.kind === "rest") this.routes.add(item.route);
    if (!this.paused) {
      this.#add(item);
      return;
    }
    this.held.push(item);
    if (this.held.length > CAP) this.held.shift();
    this.#emit("status");
  }

  #hello({ run }) {
    if (this.run !== null && this.run !== run) {
      this.lastId = 0;
      this.clear();
      this.#note("The playground was started anew");
    }
    this.run = run;
    this.#setConnected(true);
  }

  #note(text) {
    this.notes += 1;
    this.#add({ id: `note-${this.notes}`, kind: "note", text });
  }

  #add(item) {
    this.items.push(item);
    if (this.items.length > CAP + SLACK) {
      this.items = this.items.slice(-CAP);
      this.#emit("trim");
    }
    this.#emit("add", item);
  }

  #setConnected(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    this.#emit("status");
  }

  #emit(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
