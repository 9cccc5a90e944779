/** The commands the bot has registered: fetched, kept, filtered for the one who types. */

import { ADMINISTRATOR, permissionsIn } from "../permissions.js";
import { entriesOf } from "./parse.js";

const FRESH = 2000; // ms: the bot may register its commands while the page is open
const CHAT_INPUT = 1;
const GUILD = 0; // contexts
const BOT_DM = 1;

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

  /** The entries for the channel that is shown, as far as they are known. */
  get entries() {
    return this.indexes.get(this.#key())?.entries ?? [];
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
    const entries = changed ? this.#entriesFrom(index, channel) : known.entries;
    this.indexes.set(key, { entries, version, fetched: Date.now() });
    if (changed) this.dispatchEvent(new Event("change"));
  }

  #entriesFrom(index, channel) {
    const apps = new Map(index.applications.map((app) => [app.id, app.name]));
    return index.application_commands
      .filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT)
      .filter((command) => this.#usable(command, channel))
      .flatMap((command) => entriesOf(command))
      .map((entry) => ({ ...entry, app: apps.get(entry.command.application_id) ?? "" }))
      .sort((a, b) => a.name.localeCompare(b.name));
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

/** The entries that fit what was typed after the slash, the best first. */
export function matching(entries, query) {
  const wanted = query.trim().toLowerCase();
  const rank = ({ name, description }) => {
    if (name.startsWith(wanted)) return 0;
    if (name.split(/[\s_-]/).some((part) => part.startsWith(wanted))) return 1;
    if (name.includes(wanted)) return 2;
    return description.toLowerCase().includes(wanted) ? 3 : 4;
  };
  return entries.map((entry) => ({ entry, rank: rank(entry) }))
    .filter((ranked) => ranked.rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .map((ranked) => ranked.entry);
}
