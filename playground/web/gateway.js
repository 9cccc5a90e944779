/**
 * The user's gateway: one WebSocket, heartbeats, and a connection that comes back by itself.
 *
 * After a loss it identifies anew rather than resuming; the page then fetches what it shows again,
 * which is simple and cannot miss anything.
 */

const FIRST_DELAY = 500; // ms
const LONGEST_DELAY = 15000;

/**
 * Fires `status` ({state: "connecting"|"ready"|"waiting", delay}) and `dispatch` ({type, data}).
 */
export class Gateway extends EventTarget {
  /** @param {() => Promise<string>} getToken asked before every connection, since a server that
   *   was started anew may have new tokens; a rejection counts as a failed attempt */
  constructor(getToken) {
    super();
    this.sessionId = null;
    /** Whether events arrive: what is fetched before that may be out of date at once. */
    this.ready = false;
    this.getToken = getToken;
    this.socket = null;
    this.sequence = null;
    this.attempts = 0;
    this.closed = false;
    this.acknowledged = true;
    this.heartbeat = null;
    this.retry = null;
  }

  /** Connect, and stay connected until `close`. */
  async connect() {
    clearTimeout(this.retry);
    this.retry = null;
    this.#status("connecting");
    let token;
    try {
      token = await this.getToken();
    } catch {
      this.#lost(null);
      return;
    }
    if (this.closed) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/gateway?v=10&encoding=json`);
    this.socket = socket;
    socket.addEventListener("message", (event) => {
      if (this.socket === socket) this.#receive(JSON.parse(event.data), token);
    });
    socket.addEventListener("close", () => this.#lost(socket));
  }

  /** Do not wait for the next attempt. */
  retryNow() {
    if (this.retry !== null) this.connect();
  }

  /** Disconnect for good. */
  close() {
    this.closed = true;
    clearTimeout(this.retry);
    clearInterval(this.heartbeat);
    this.socket?.close(1000);
  }

  #receive(frame, token) {
    if (frame.s !== null && frame.s !== undefined) this.sequence = frame.s;
    if (frame.op === 10) {
      this.#startHeartbeat(frame.d.heartbeat_interval);
      this.#send(2, {
        token,
        capabilities: 0,
        properties: { os: "any", browser: "playground", device: "" },
      });
    } else if (frame.op === 11) {
      this.acknowledged = true;
    } else if (frame.op === 1) {
      this.#send(1, this.sequence);
    } else if (frame.op === 7 || frame.op === 9) {
      this.socket.close(4000);
    } else if (frame.op === 0) {
      if (frame.t === "READY") {
        this.attempts = 0;
        this.sessionId = frame.d.session_id;
        this.ready = true;
      }
      this.dispatchEvent(new CustomEvent("dispatch", { detail: { type: frame.t, data: frame.d } }));
      if (frame.t === "READY") this.#status("ready");
    }
  }

  #startHeartbeat(interval) {
    clearInterval(this.heartbeat);
    this.acknowledged = true;
    this.heartbeat = setInterval(() => {
      if (!this.acknowledged) {
        // A socket that swallows heartbeats may take minutes to notice its own death.
        this.#lost(this.socket);
        return;
      }
      this.acknowledged = false;
      this.#send(1, this.sequence);
    }, interval);
  }

  #send(op, d) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op, d }));
  }

  #lost(socket) {
    // Both a close event and a missed heartbeat may report one loss.
    if (this.closed || this.socket !== socket) return;
    clearInterval(this.heartbeat);
    this.socket = null;
    this.ready = false;
    socket?.close();
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.attempts);
    this.attempts += 1;
    const jittered = delay * (0.8 + 0.4 * Math.random());
    this.retry = setTimeout(() => this.connect(), jittered);
    this.#status("waiting", jittered);
  }

  #status(state, delay = 0) {
    this.dispatchEvent(new CustomEvent("status", { detail: { state, delay } }));
  }
}
