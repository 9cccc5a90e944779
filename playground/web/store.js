/**
 * What the page knows: users, guilds, channels, messages, who types, who is online.
 *
 * The gateway's events go in through `apply`; the parts of the page listen to the store's own
 * events: `place` (another user or channel is shown), `people` (guilds, channels, names or
 * presence changed), `messages` ({channelId, message?, change}), `typing` ({channelId}), `lost`
 * (the channel that is shown is gone; carries another).
 */

import { applyGuildEvent } from "./guild-events.js";
import { ChannelLog } from "./log.js";
import { Places } from "./places.js";
import { reactionsAfter } from "./reaction-events.js";
import { Typists } from "./typists.js";

const THREAD_STARTER = 21; // repeats a message of the channel

export { displayName, isThread } from "./places.js";

export class Store extends Places {
  /** @param {object} state the answer of /playground/state */
  constructor(state) {
    super();
    this.typists = new Typists((channelId) => this.emit("typing", { channelId }));
    this.logs = new Map(); // user id → Map of channel id → ChannelLog
    this.botOnline = false;
    this.adopt(state);
  }

  /** Take in /playground/state; false where it is another playground's than before. */
  adopt(state) {
    const isNew = this.botId === undefined;
    const fits = this.botId === state.bot.id
      && state.users.some((user) => user.id === this.userId);
    if (!isNew && !fits) return false;
    if (isNew) {
      this.guilds = state.guilds;
      this.people.set(state.bot.id, { username: "the bot", ...state.bot, bot: true });
    }
    for (const user of state.users) if (!this.people.has(user.id)) this.people.set(user.id, user);
    this.applicationId = state.application_id;
    this.botId = state.bot.id;
    this.users = state.users;
    this.#setBotOnline(state.bot_online);
    return true;
  }

  /** The log of a channel as the shown user sees it. */
  log(channelId, userId = this.userId) {
    if (!this.logs.has(userId)) this.logs.set(userId, new Map());
    const logs = this.logs.get(userId);
    if (!logs.has(channelId)) logs.set(channelId, new ChannelLog());
    return logs.get(channelId);
  }

  /** Show another user's view, or another channel. */
  go(userId, channelId) {
    this.userId = userId;
    this.channelId = this.findChannel(channelId) ? channelId : this.#firstChannel().id;
    this.typists.clear();
    this.emit("place");
  }

  /** Who types in a channel at this moment, by name. */
  typing(channelId) {
    return this.typists.in(channelId).filter((userId) => userId !== this.userId)
      .map((userId) => this.nameOf(userId));
  }

  /** Everything seen of a channel. */
  markRead(channelId) {
    const log = this.log(channelId);
    if (!log.unread && !log.missed) return;
    log.read();
    this.emit("people");
  }

  /** There was no connection for a while: every log of the shown user may lack something. */
  markStale() {
    for (const log of this.logs.get(this.userId)?.values() ?? []) log.stale = true;
  }

  /** Take in an event of the gateway. */
  apply(type, data) {
    if (type === "READY") this.#ready(data);
    else if (type === "MESSAGE_CREATE") this.#created(data);
    else if (type === "MESSAGE_UPDATE") this.#updated(data);
    else if (type === "MESSAGE_DELETE") this.#deleted(data.channel_id, [data.id]);
    else if (type === "MESSAGE_DELETE_BULK") this.#deleted(data.channel_id, data.ids);
    else if (type.startsWith("MESSAGE_REACTION_")) this.#reacted(type, data);
    else if (type === "TYPING_START") this.typists.begin(data.channel_id, data.user_id);
    else if (type === "PRESENCE_UPDATE" && data.user.id === this.botId) {
      this.#setBotOnline(data.status !== "offline");
    } else if (applyGuildEvent(this, type, data)) this.#guildsChanged(data);
  }

  /** Tell the listeners of the page. */
  emit(name, detail = undefined) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #ready(data) {
    // Of a guild in an outage READY says no more than that: keep what is known of it.
    this.guilds = data.guilds.map((each) => ({
      channels: [], members: [], roles: [], threads: [],
      ...(each.unavailable ? this.guilds.find((known) => known.id === each.id) : null), ...each,
    }));
    const members = this.guilds.flatMap((guild) => guild.members.map((each) => each.user));
    const partners = (data.private_channels ?? []).flatMap((channel) => channel.recipients ?? []);
    const users = [...partners, ...(data.users ?? []), ...members, data.user];
    for (const user of users) this.#meet(user);
    for (const channel of [...this.guilds.flatMap((guild) => guild.channels),
      ...(data.private_channels ?? [])]) {
      this.log(channel.id).reconnected(channel.last_message_id);
    }
    this.log(this.channelId).missed = false;
    this.#stayInChannel();
    this.emit("people");
  }

  #guildsChanged(data) {
    for (const member of data.members ?? []) this.#meet(member.user);
    if (data.user) this.#meet(data.user);
    this.#stayInChannel();
    this.emit("people");
  }

  /** Go elsewhere where the channel that is shown is gone, or out of sight. */
  #stayInChannel() {
    if (!this.findChannel(this.channelId)) this.emit("lost", this.#firstChannel());
  }

  #created(message) {
    this.#meet(message.author);
    const log = this.log(message.channel_id);
    const known = Boolean(log.find(message.id));
    log.put(message);
    this.typists.end(message.channel_id, message.author.id);
    const seen = message.channel_id === this.channelId && !document.hidden;
    const silent = message.type === THREAD_STARTER || message.author.id === this.userId;
    if (!known && !seen && !silent) {
      log.cameUnseen(message.id);
      this.emit("people");
    }
    this.emit("messages", { channelId: message.channel_id, message, change: "create" });
  }

  #updated(message) {
    const log = this.log(message.channel_id);
    const known = log.find(message.id);
    // An edit of a message that is not shown matters only while the history is being fetched.
    if (!known && log.loaded) return;
    log.put({ ...known, ...message });
    this.emit("messages", { channelId: message.channel_id, message, change: "update" });
  }

  #deleted(channelId, ids) {
    for (const id of ids) this.log(channelId).remove(id);
    this.emit("messages", { channelId, change: "delete" });
  }

  #reacted(type, data) {
    const log = this.log(data.channel_id);
    const message = log.find(data.message_id);
    const reactions = message && reactionsAfter(message.reactions ?? [], type, data, this.userId);
    if (!reactions) return;
    log.put({ ...message, reactions });
    this.emit("messages", { channelId: data.channel_id, change: "reactions" });
  }

  #meet(user) {
    if (user?.username) this.people.set(user.id, { ...this.people.get(user.id), ...user });
  }

  #setBotOnline(online) {
    if (this.botOnline === online) return;
    this.botOnline = online;
    this.emit("people");
  }

  #firstChannel() {
    for (const guild of this.guilds) {
      const [first] = this.channelsOf(guild);
      if (first) return first;
    }
    return this.directMessage;
  }
}
