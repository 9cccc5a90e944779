/** Puts the page together: one store, one connection as the user who is shown, and the parts. */

import { renderAbout } from "./about.js";
import { Api, playgroundState } from "./api.js";
import { CommandIndex } from "./composer/commands.js";
import { Composer } from "./composer/composer.js";
import { Gateway } from "./gateway.js";
import { Interactions } from "./interactions.js";
import { Layout } from "./layout.js";
import { openLightbox } from "./lightbox.js";
import { MessageList } from "./messages.js";
import { openModal } from "./modal.js";
import { namesOf } from "./names.js";
import { Notices } from "./notices.js";
import { sendCommand } from "./pending.js";
import { newId } from "./snowflake.js";
import { Store, displayName } from "./store.js";
import { startClock } from "./time.js";
import { renderWelcome } from "./welcome.js";

const root = document.getElementById("app");
let session = null; // {api, gateway} of the user who is shown

start();

async function start() {
  let state;
  try {
    state = await playgroundState();
  } catch (error) {
    root.firstElementChild.textContent = `${error.message} Trying again…`;
    setTimeout(start, 2000);
    return;
  }
  new App(new Store(state)).open();
}

class App {
  constructor(store) {
    this.store = store;
    this.interactions = new Interactions(store, () => session);
    this.index = new CommandIndex(store, () => session);
    this.names = namesOf(store);
    this.notices = new Notices(() => session.gateway.retryNow());
    this.composer = new Composer(store, this.index, this.#actions());
    this.messages = new MessageList(store, () => session, {
      store,
      names: this.names,
      openPictures: openLightbox,
      component: (...args) => this.interactions.component(...args),
      dismiss: (message) => this.#dismiss(message),
    }, () => renderWelcome(store, this.index, (text) => this.composer.start(text)));
    this.layout = new Layout(store, {
      about: renderAbout(),
      notices: this.notices,
      messages: this.messages,
      composer: this.composer,
    }, (userId, channelId) => this.#go(userId, channelId));
  }

  open() {
    const { store } = this;
    root.replaceChildren(this.layout.element);
    startClock();
    const [, userId, channelId] = location.hash.split("/");
    store.addEventListener("people", () => this.#peopleChanged());
    store.addEventListener("messages", ({ detail }) => this.#announce(detail));
    this.index.addEventListener("change", () => this.messages.sync());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) store.markRead(store.channelId);
    });
    window.addEventListener("online", () => session.gateway.retryNow());
    const known = store.users.some((user) => user.id === userId);
    this.#go(known ? userId : store.users[0].id, channelId);
    this.composer.focus();
  }

  #go(userId, channelId) {
    const { store } = this;
    const became = userId !== store.userId;
    store.go(userId, channelId);
    history.replaceState(null, "", `#/${store.userId}/${store.channelId}`);
    if (became) this.#connect();
    store.markRead(store.channelId);
    this.composer.moved();
    this.messages.show();
    this.#peopleChanged();
  }

  /** Connect as the user who is shown, in place of the one before. */
  #connect() {
    const { store } = this;
    session?.gateway.close();
    this.notices.restart();
    const api = new Api(store.user.token);
    const gateway = new Gateway(async () => {
      // A playground that was started anew may have other ids: then nothing shown is true.
      if (!store.adopt(await playgroundState())) location.reload();
      api.token = store.user.token;
      return store.user.token;
    });
    session = { api, gateway };
    gateway.addEventListener("status", ({ detail }) => {
      if (session.gateway !== gateway) return;
      this.notices.setConnection(detail);
      if (detail.state === "ready") {
        // Whatever was fetched before this connection listened may have changed since.
        store.markStale();
        this.messages.refresh();
        this.index.refresh({ force: true });
      }
    });
    gateway.addEventListener("dispatch", ({ detail }) => {
      if (session.gateway === gateway) this.#receive(detail.type, detail.data);
    });
    gateway.connect();
  }

  #receive(type, data) {
    const wasOnline = this.store.botOnline;
    this.store.apply(type, data);
    this.interactions.apply(type, data);
    if (type === "INTERACTION_MODAL_CREATE") {
      openModal(data, {
        send: (components) => this.interactions.modal(data, components),
        names: this.names,
        by: data.application?.name ?? displayName(this.store.bot),
      });
    }
    const synced = type === "GUILD_APPLICATION_COMMAND_INDEX_UPDATE";
    if (synced || (!wasOnline && this.store.botOnline)) this.index.refresh({ force: true });
  }

  #peopleChanged() {
    this.notices.setBot(this.store.botOnline, displayName(this.store.bot));
    this.composer.refresh();
    this.layout.refresh();
  }

  #announce({ channelId, message, change }) {
    if (channelId !== this.store.channelId || change === "delete" || !message) return;
    if (message.author?.id === this.store.userId) return;
    const pictures = message.attachments?.length ?? 0;
    const name = this.store.nameOf(message.author?.id);
    if (change === "create") {
      this.notices.say(`${name}: ${message.content || (pictures ? "a picture" : "a message")}`);
    } else if (pictures && !this.announced?.has(message.id)) {
      // Progress edits are not read out; that the picture is there is.
      this.notices.say(`${name} posted ${pictures > 1 ? `${pictures} pictures` : "a picture"}.`);
    }
    if (pictures) (this.announced ??= new Set()).add(message.id);
  }

  #dismiss(message) {
    this.store.log(message.channel_id).dismiss(message.id);
    this.messages.sync();
    this.composer.focus();
  }

  #actions() {
    const { store } = this;
    return {
      post: (text) => session.api.post(store.channelId, text, newId()),
      typing: () => session.api.typing(store.channelId).catch(() => {}),
      sendCommand: (...args) => sendCommand(this, ...args),
      ask: (entry, data) => (
        this.interactions.autocomplete(store.channel, entry.command.application_id, data)),
    };
  }
}
