/** Puts the page together: one store, one connection as the user who is shown, and the parts. */

import { renderAbout } from "./about.js";
import { Api, playgroundState } from "./api.js";
import { CommandIndex } from "./composer/commands.js";
import { Composer } from "./composer/composer.js";
import { Gateway } from "./gateway.js";
import { Interactions } from "./interactions.js";
import { Layout } from "./layout.js";
import { openLightbox } from "./lightbox.js";
import { guardMaskedLinks } from "./leaving.js";
import { MessageActions } from "./message-actions.js";
import { MessageDeeds } from "./message-deeds.js";
import { MessageList } from "./messages.js";
import { openModal } from "./modal.js";
import { namesOf } from "./names.js";
import { Notices } from "./notices.js";
import { Panel } from "./panel/panel.js";
import { sendCommand } from "./pending.js";
import { newId } from "./snowflake.js";
import { Store, displayName } from "./store.js";
import { restoreTheme } from "./theme.js";
import { startClock } from "./time.js";
import { openUserMenu } from "./user-menu.js";
import { renderWelcome } from "./welcome.js";

restoreTheme();
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
    this.names = namesOf(store, {
      openChannel: (id) => this.layout.open(id),
      useCommand: (name) => this.composer.start(`/${name} `),
      openUser: (id, anchor) => this.#openUser(id, anchor),
    });
    this.notices = new Notices(() => session.gateway.retryNow());
    this.composer = new Composer(store, this.index, this.#actions());
    this.does = new MessageDeeds(this, () => session);
    this.messages = new MessageList(store, () => session, {
      store,
      names: this.names,
      openPictures: openLightbox,
      component: (...args) => this.interactions.component(...args),
      dismiss: (message) => this.does.dismiss(message),
      react: (...args) => this.does.react(...args),
      jumpTo: (id) => this.#jumpTo(id),
      openUser: (id, anchor) => this.#openUser(id, anchor),
    }, new MessageActions(store, this.does),
    () => renderWelcome(store, this.index, (text) => this.composer.start(text)));
    this.panel = new Panel();
    this.layout = new Layout(store, {
      about: renderAbout(),
      notices: this.notices,
      messages: this.messages,
      composer: this.composer,
      // Buttons for the right end of the channel's head, and what stands at the right of it.
      tools: [this.panel.button],
      panel: this.panel.element,
    }, {
      go: (userId, channelId) => this.#go(userId, channelId),
      userMenu: (userId, anchor) => this.#openUser(userId, anchor),
    });
  }

  open() {
    const { store } = this;
    root.replaceChildren(this.layout.element);
    startClock();
    guardMaskedLinks();
    const [, userId, channelId] = location.hash.split("/");
    store.addEventListener("people", () => this.#peopleChanged());
    store.addEventListener("lost", ({ detail }) => this.#go(store.userId, detail.id));
    store.addEventListener("messages", ({ detail }) => this.#announce(detail));
    this.index.addEventListener("change", () => this.messages.sync());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      this.messages.takeNews();
      store.markRead(store.channelId);
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
    this.composer.moved();
    this.messages.show();
    store.markRead(store.channelId);
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
        this.composer.reconnected();
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
    if (type === "GUILD_MEMBER_ADD") this.#meetNewcomer(data.user);
    if (type === "INTERACTION_MODAL_CREATE") {
      openModal(data, {
        send: (components, files) => this.interactions.modal(data, components, files),
        names: this.names,
        store: this.store,
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

  /** Somebody new in the playground is somebody one can be. */
  async #meetNewcomer({ id, bot }) {
    if (bot || this.store.users.some((user) => user.id === id)) return;
    this.store.adopt(await playgroundState());
    this.#peopleChanged();
  }

  #openUser(userId, anchor) {
    openUserMenu(userId, anchor, {
      name: this.store.nameOf(userId),
      mention: (id) => this.composer.insert(`<@${id}> `),
      commands: (type) => this.does.commands(type),
      use: (each, targetId) => this.does.use(each, targetId),
    });
  }

  async #jumpTo(id) {
    if (!await this.messages.jumpTo(id)) this.notices.tell("That message is not here any more.");
  }

  #actions() {
    const { store } = this;
    return {
      post: (channelId, body, files) => (
        session.api.post(channelId, { ...body, nonce: newId() }, files)),
      typing: () => session.api.typing(store.channelId).catch(() => {}),
      sendCommand: (...args) => sendCommand(this, ...args),
      ask: (entry, data) => (
        this.interactions.autocomplete(store.channel, entry.command.application_id, data)),
    };
  }
}
