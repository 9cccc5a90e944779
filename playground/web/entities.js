/** The users, roles and channels of the guild that is shown, to choose from in selects. */

import { avatar } from "./avatar.js";
import { channelSign } from "./channels.js";
import { icon } from "./icons.js";

/** Discord's types of selects. */
export const SelectType = { STRING: 3, USER: 5, ROLE: 6, MENTIONABLE: 7, CHANNEL: 8 };

/**
 * What a select offers, as options of a string select; `sign` makes the picture of one.
 *
 * @param {object} component a select
 * @param {import("./store.js").Store} store
 * @returns {{label: string, value: string, description?: string, default?: boolean,
 *   sign?: () => Node}[]}
 */
export function optionsOf(component, store) {
  const defaults = new Set((component.default_values ?? []).map(({ id }) => id));
  return listed(component, store)
    .map((option) => ({ ...option, default: option.default ?? defaults.has(option.value) }));
}

function listed(component, store) {
  switch (component.type) {
    case SelectType.USER: return users(store);
    case SelectType.ROLE: return roles(store);
    case SelectType.MENTIONABLE: return [...users(store), ...roles(store)];
    case SelectType.CHANNEL: return channels(component, store);
    default: return component.options ?? [];
  }
}

function users(store) {
  const guild = store.guildOf(store.channel);
  const people = guild?.members?.map((member) => member.user) ?? [store.user, store.bot];
  return people.map((user) => ({
    label: store.nameOf(user.id),
    description: user.username,
    value: user.id,
    sign: () => avatar(user, "small"),
  }));
}

function roles(store) {
  const guild = store.guildOf(store.channel);
  return (guild?.roles ?? []).map((role) => ({
    label: role.name, value: role.id, sign: () => icon("shield"),
  }));
}

function channels({ channel_types: types }, store) {
  const guild = store.guildOf(store.channel);
  if (!guild) return [];
  return store.channelsOf(guild)
    .flatMap((channel) => [channel, ...store.threadsOf(guild, channel)])
    .filter((channel) => !types?.length || types.includes(channel.type))
    .map((channel) => ({
      label: channel.name, value: channel.id, sign: () => channelSign(store, channel),
    }));
}
