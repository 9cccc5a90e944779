/** Why nobody, or not this user, may write in a channel. */

import { ATTACH_FILES, MANAGE_THREADS } from "../permissions.js";

/**
 * @param {import("../store.js").Store} store
 * @param {object} channel
 * @returns {string} "" where they may
 */
export function whyClosed(store, channel) {
  const { archived, locked } = channel.thread_metadata ?? {};
  if (locked && !store.may(channel, MANAGE_THREADS)) {
    return `This thread is ${archived ? "archived and " : ""}locked. Only moderators can open it.`;
  }
  const quietUntil = store.guildOf(channel)
    && Date.parse(store.memberOf(store.userId)?.communication_disabled_until ?? "");
  if (quietUntil > Date.now()) {
    return `You are timed out until ${new Date(quietUntil).toLocaleString()}.`;
  }
  if (!store.maySend(channel)) {
    return "You do not have permission to send messages in this channel.";
  }
  return "";
}

/** What one should know before one writes; "" where there is nothing. */
export function whatToKnow(channel) {
  return channel.thread_metadata?.archived
    ? "This thread is archived. A message opens it again." : "";
}

/** Why no files may go with a message; "" where they may. */
export function whyNoFiles(store, channel) {
  return store.may(channel, ATTACH_FILES) ? ""
    : "You do not have permission to attach files in this channel.";
}
