/** The commands the bot has registered: fetched, kept, filtered for the one who types. */

import { ADMINISTRATOR, USE_COMMANDS, permissionsIn } from "../permissions.js";
import { entriesOf } from "./entries.js";

const FRESH = 2000; // ms: the bot may register its commands while the page is open
const CHAT_INPUT = 1;
const GUILD = 0; // contexts
const BOT_DM = 1;
const UNKNOWN_APP = { id: "0", name: "An app" };

export class CommandIndex extends EventTarget {
  /**
   * Fires `change` when a channel has other commands than before.
   *
   * @param {import("../store.js").Store} store
   * @param {() => {api: object, gateway: object}} session
   */
  constructor(store, session) {
    super();
    this.store = store;
    this.session = session;
    this.indexes = new Map(); // user and place → {entries, version, fetched}
  }

  /** Whether no commands may be used in the channel that is shown. */
  get forbidden() {
    return !this.store.may(this.store.channel, USE_COMMANDS);
  }

  /** The entries for the channel that is shown, as far as they are known. */
  get entries() {
    return this.forbidden ? [] : this.indexes.get(this.#key())?.entries ?? [];
  }

  /**
   * The commands for the context menu of a user (2) or a message (3): `{name, command, app}` each.
   * What is sent of one says `menuData` in payload.js.
   */
  menuEntries(type) {
    if (this.forbidden) return [];
    const menu = this.indexes.get(this.#key())?.menu ?? [];
    return menu.filter(({ command }) => command.type === type);
  }

  /** Whether the commands of the channel that is shown were fetched at all. */
  get known() {
    return this.indexes.has(this.#key());
  }

  /** Fetch the commands unless that was done a moment ago; without a connection, READY does so. */
  async refresh({ force = false } = {}) {
    const key = this.#key();
    const { channel } = this.store;
    const { api, gateway } = this.session();
    const known = this.indexes.get(key);
    if (!gateway.ready) return;
    if (!force && known && Date.now() - known.fetched < FRESH) return;
    let index;
    try {
      index = await api.commandIndex(channel);
    } catch {
      return; // the connection's own notice says so
    }
    const version = JSON.stringify(index.application_commands);
    const changed = known?.version !== version;
    const read = changed ? this.#read(index, channel) : known;
    this.indexes.set(key, { ...read, version, fetched: Date.now() });
    if (changed) this.dispatchEvent(new Event("change"));
  }

  /** What an index offers in a channel: lines for the list behind "/", and context menus. */
  #read(index, channel) {
    const apps = new Map(index.applications.map((app) => [app.id, app]));
    const usable = index.application_commands
      .filter((command) => this.#usable(command, channel))
      .map((command) => ({ command, app: apps.get(command.application_id) ?? UNKNOWN_APP }));
    const isTyped = ({ command }) => (command.type ?? CHAT_INPUT) === CHAT_INPUT;
    return {
      entries: usable.filter(isTyped)
        .flatMap(({ command, app }) => entriesOf(command).map((entry) => ({ ...entry, app })))
        .sort((a, b) => a.app.name.localeCompare(b.app.name) || a.name.localeCompare(b.name)),
      menu: usable.filter((each) => !isTyped(each))
        .map((each) => ({ ...each, name: each.command.name }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    };
  }

  /** As Discord's client: what would be refused anyway is not offered. */
  #usable(command, channel) {
    const guild = this.store.guildOf(channel);
    if (command.contexts && !command.contexts.includes(guild ? GUILD : BOT_DM)) return false;
    if (!guild) return command.dm_permission !== false;
    if (command.nsfw && !channel.nsfw) return false;
    const needed = command.default_member_permissions;
    if (needed === null || needed === undefined) return true;
    const bits = BigInt(needed) || ADMINISTRATOR;
    return (permissionsIn(guild, null, this.store.userId) & bits) === bits;
  }

  #key() {
    // Age-restricted channels of a guild offer more than the others.
    const { userId, channel } = this.store;
    return [userId, channel.guild_id ?? channel.id, Boolean(channel.nsfw)].join(" ");
  }
}
