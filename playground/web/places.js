/** Guilds, channels and people as the user who is shown may see them. */

import {
  SEND_IN_THREADS, SEND_MESSAGES, VIEW_CHANNEL, permissionsIn,
} from "./permissions.js";
import { compareIds } from "./snowflake.js";

const TEXT_CHANNELS = new Set([0, 5]);
const THREADS = new Set([10, 11, 12]);

export class Places extends EventTarget {
  constructor() {
    super();
    this.guilds = [];
    this.people = new Map(); // user id → user object
    this.users = []; // those one can be, with token and dm_channel_id
    this.userId = null;
    this.channelId = null;
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

  /** The threads of a channel that are not archived, and the one that is shown; oldest first. */
  threadsOf(guild, channel) {
    return (guild.threads ?? [])
      .filter((thread) => thread.parent_id === channel.id)
      .filter((thread) => !thread.thread_metadata?.archived || thread.id === this.channelId)
      .map((thread) => ({ ...thread, guild_id: guild.id, nsfw: channel.nsfw }))
      .sort((a, b) => compareIds(a.id, b.id));
  }

  /** The direct message of the shown user with the bot. */
  get directMessage() {
    return { id: this.user.dm_channel_id, type: 1, name: displayName(this.bot) };
  }

  /** A channel by its id, as far as the shown user can read it. */
  findChannel(id) {
    if (id === this.user?.dm_channel_id) return this.directMessage;
    for (const guild of this.guilds) {
      const channels = this.channelsOf(guild);
      const found = channels.find((channel) => channel.id === id);
      if (found) return found;
      const thread = guild.threads?.find((each) => each.id === id);
      const parent = thread && channels.find((channel) => channel.id === thread.parent_id);
      if (parent) return { ...thread, guild_id: guild.id, nsfw: parent.nsfw };
    }
    return undefined;
  }

  /** Whether somebody may post in a channel. */
  maySend(channel, userId = this.userId) {
    return this.may(channel, isThread(channel) ? SEND_IN_THREADS : SEND_MESSAGES, userId);
  }

  /** Whether somebody has a right in a channel; in a direct message everybody has all. */
  may(channel, right, userId = this.userId) {
    const guild = this.guildOf(channel);
    if (!guild) return true;
    // A thread has its channel's rights.
    const place = guild.channels.find((each) => each.id === channel.parent_id) ?? channel;
    return Boolean(permissionsIn(guild, place, userId) & right);
  }

  /** The name of a user as it is shown. */
  nameOf(userId) {
    const user = this.people.get(userId);
    return this.memberOf(userId)?.nick ?? (user ? displayName(user) : "unknown user");
  }

  /** A user as a member of the guild that is shown. */
  memberOf(userId) {
    const members = this.guildOf(this.channel)?.members ?? [];
    return members.find(({ user }) => user.id === userId);
  }
}

/** The name to show of a user object. */
export function displayName(user) {
  return user.global_name ?? user.username;
}

/** Whether a channel is a thread of another. */
export function isThread(channel) {
  return THREADS.has(channel?.type);
}
