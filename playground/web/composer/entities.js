/** The people, roles and channels of a place by the names one types: for options and mentions. */

import { SelectType, optionsOf } from "../entities.js";

/**
 * @typedef {object} Entity
 * @property {string} name as it is shown, with its sign: "@Mel Member", "#general"
 * @property {string} value its id
 * @property {string} mention how a message mentions it
 * @property {string} [description] a second name
 * @property {string[]} also what else it may be called, in lower case
 * @property {() => Node} sign
 */

/** @returns {Entity[]} everybody in the place that is shown */
export function usersOf(store) {
  return optionsOf({ type: SelectType.USER }, store).map((option) => {
    const { label, value, description } = option;
    const also = [label, description, `@${description}`, `<@${value}>`, `<@!${value}>`];
    return entity(option, `@${label}`, `<@${value}>`, also);
  });
}

/** @returns {Entity[]} the roles of the guild that is shown, @everyone first */
export function rolesOf(store) {
  const everyone = store.guildOf(store.channel)?.id;
  return optionsOf({ type: SelectType.ROLE }, store).map((option) => {
    const name = option.label.replace(/^@/, "");
    const mention = option.value === everyone ? "@everyone" : `<@&${option.value}>`;
    return entity({ ...option, description: "role" }, `@${name}`, mention, [name, mention]);
  });
}

/**
 * @param {number[]} [types] Discord's types of channels; none for all
 * @returns {Entity[]} the channels of the guild that is shown, each with its threads behind it
 */
export function channelsOf(store, types = []) {
  return optionsOf({ type: SelectType.CHANNEL, channel_types: types }, store).map((option) => (
    entity(option, `#${option.label}`, `<#${option.value}>`,
      [option.label, `<#${option.value}>`])));
}

/** Those that fit what was typed, the ones that begin so first. */
export function fitting(entities, query) {
  const wanted = query.trim().toLowerCase();
  const names = (each) => [each.name.toLowerCase(), ...(each.also ?? [])];
  const starts = entities.filter((each) => names(each).some((name) => name.startsWith(wanted)));
  const holds = entities.filter((each) => !starts.includes(each)
    && names(each).some((name) => name.includes(wanted)));
  return [...starts, ...holds];
}

function entity({ value, description, sign }, name, mention, also) {
  return { name, value, mention, description, sign,
    also: also.map((each) => each.toLowerCase()) };
}
