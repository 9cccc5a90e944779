/**
 * What the page knows: users, guilds, channels, messages, who types, who is online.
 *
 * The gateway's events go in through `apply`; the parts of the page listen to the store's own
 * events: `place` (another user or channel is shown), `people` (guilds, channels, names or
 * presence changed), `messages` ({channelId, message?, change}), `typing` ({channelId}).
 */

import { ChannelLog } from "./log.js";
import { SEND_MESSAGES, VIEW_CHANNEL, permissionsIn } from "./permissions.js";

const TEXT_CHANNELS = new Set([0, 5]);
const TYPING_LASTS = 10000; // ms, as Discord's clients show it

export class Store extends EventTarget {
  /** @param {object} state the answer of /playground/state */
  constructor(state) {
    super();
    this.typists = new Map(); // channel id → Map of user id → until when (ms)
    this.logs = new Map(); // user id → Map of channel id → ChannelLog
    this.guilds = [];
    this.people = new Map(); // user id → user object
    this.userId = null;
    this.channelId = null;
    this.botOnline = false;
    this.adopt(state);
  }

  /** Take in /playground/state; false where it is another playground's than before. */
  adopt(state) {
    const ids = [state.bot, ...state.users, ...state.guilds].map((each) => each.id).join();
    if (this.identity !== undefined && this.identity !== ids) return false;
    if (this.identity === undefined) {
      this.guilds = state.guilds;
      this.people.set(state.bot.id, { username: "the bot", ...state.bot, bot: true });
      for (const user of state.users) this.people.set(user.id, user);
    }
    this.identity = ids;
    this.applicationId = state.application_id;
    this.botId = state.bot.id;
    this.users = state.users;
    this.#setBotOnline(state.bot_online);
    return true;
  }

  /** The user whose view is shown, with token and dm_channel_id. */
  get user() {
    return this.users.find((user) => user.id === this.userId);
  }

  /** The bot as a user object. */
  get bot() {
    return this.people.get(this.botId);
  }

  /** The channel that is shown. */
  get channel() {
    return this.findChannel(this.channelId);
  }

  /** The guild of a channel; undefined for a direct message. */
  guildOf(channel) {
    return this.guilds.find((guild) => guild.id === channel?.guild_id);
  }

  /** Channels of a guild a user can read, in their order. */
  channelsOf(guild, userId = this.userId) {
    return guild.channels
      .filter((channel) => TEXT_CHANNELS.has(channel.type))
      .filter((channel) => permissionsIn(guild, channel, userId) & VIEW_CHANNEL)
      .map((channel) => ({ ...channel, guild_id: guild.id }))
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  }

  /** The direct message of the shown user with the bot. */
  get directMessage() {
    return { id: this.user.dm_channel_id, type: 1, name: displayName(this.bot) };
  }

  /** A channel by its id, as far as the shown user can read it. */
  findChannel(id) {
    if (id === this.user?.dm_channel_id) return this.directMessage;
    for (const guild of this.guilds) {
      const found = this.channelsOf(guild).find((channel) => channel.id === id);
      if (found) return found;
    }
    return undefined;
  }

  /** Whether somebody may post in a channel. */
  maySend(channel, userId = this.userId) {
    const guild = this.guildOf(channel);
    return !guild || Boolean(permissionsIn(guild, channel, userId) & SEND_MESSAGES);
  }

  /** The name of a user as it is shown. */
  nameOf(userId) {
    const user = this.people.get(userId);
    return user ? displayName(user) : "unknown user";
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
    const now = Date.now();
    return [...(this.typists.get(channelId) ?? [])]
      .filter(([userId, until]) => until > now && userId !== this.userId)
      .map(([userId]) => this.nameOf(userId));
  }

  /** Everything seen of a channel. */
  markRead(channelId) {
    const log = this.log(channelId);
    if (!log.unread && !log.missed) return;
    log.unread = 0;
    log.missed = false;
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
    else if (type === "MESSAGE_DELETE") {
      this.log(data.channel_id).remove(data.id);
      this.emit("messages", { channelId: data.channel_id, change: "delete" });
    } else if (type === "TYPING_START") this.#typing(data);
    else if (type === "PRESENCE_UPDATE" && data.user.id === this.botId) {
      this.#setBotOnline(data.status !== "offline");
    } else if (type === "CHANNEL_UPDATE") this.#channelUpdated(data);
  }

  /** Tell the listeners of the page. */
  emit(name, detail = undefined) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #ready(data) {
    this.guilds = data.guilds;
    const members = data.guilds.flatMap((guild) => guild.members.map((member) => member.user));
    const partners = (data.private_channels ?? []).flatMap((channel) => channel.recipients ?? []);
    const users = [...partners, ...(data.users ?? []), ...members, data.user];
    for (const user of users) this.#meet(user);
    for (const channel of [...data.guilds.flatMap((guild) => guild.channels),
      ...(data.private_channels ?? [])]) {
      this.log(channel.id).reconnected(channel.last_message_id);
    }
    this.log(this.channelId).missed = false;
    if (!this.findChannel(this.channelId)) this.go(this.userId, this.#firstChannel().id);
    this.emit("people");
  }

  #created(message) {
    this.#meet(message.author);
    const log = this.log(message.channel_id);
    const known = Boolean(log.find(message.id));
    log.put(message);
    this.typists.get(message.channel_id)?.delete(message.author.id);
    this.emit("typing", { channelId: message.channel_id });
    const seen = message.channel_id === this.channelId && !document.hidden;
    if (!known && !seen && message.author.id !== this.userId) {
      log.unread += 1;
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

  #typing({ channel_id: channelId, user_id: userId }) {
    if (!this.typists.has(channelId)) this.typists.set(channelId, new Map());
    this.typists.get(channelId).set(userId, Date.now() + TYPING_LASTS);
    this.emit("typing", { channelId });
    setTimeout(() => this.emit("typing", { channelId }), TYPING_LASTS + 50);
  }

  #channelUpdated(channel) {
    const guild = this.guildOf(channel);
    const index = guild?.channels.findIndex((each) => each.id === channel.id) ?? -1;
    if (index < 0) return;
    guild.channels[index] = { ...guild.channels[index], ...channel };
    this.emit("people");
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

/** The name to show of a user object. */
export function displayName(user) {
  return user.global_name ?? user.username;
}
