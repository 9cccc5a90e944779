/** What the gateway tells of reactions, put into the message they belong to. */

/**
 * The reactions of a message after an event; null where the event is of another kind.
 *
 * @param {object[]} reactions `{emoji, count, me}` in the order in which they first came
 * @param {string} type
 * @param {object} data of the event
 * @param {string} viewerId who looks, for `me`
 * @returns {object[]|null}
 */
export function reactionsAfter(reactions, type, data, viewerId) {
  const mine = data.user_id === viewerId;
  if (type === "MESSAGE_REACTION_ADD") return added(reactions, data.emoji, mine);
  if (type === "MESSAGE_REACTION_REMOVE") return removed(reactions, data.emoji, mine);
  if (type === "MESSAGE_REACTION_REMOVE_ALL") return [];
  if (type === "MESSAGE_REACTION_REMOVE_EMOJI") {
    return reactions.filter((each) => emojiKey(each.emoji) !== emojiKey(data.emoji));
  }
  return null;
}

/** What tells two emoji apart: a guild's own by id, the others by themselves. */
export function emojiKey(emoji) {
  return emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name;
}

function added(reactions, emoji, mine) {
  const key = emojiKey(emoji);
  const known = reactions.find((each) => emojiKey(each.emoji) === key);
  if (!known) return [...reactions, { emoji, count: 1, me: mine }];
  // One's own press is shown before the server tells of it.
  if (mine && known.me) return reactions;
  return reactions.map((each) => (
    each === known ? { ...each, count: each.count + 1, me: each.me || mine } : each));
}

function removed(reactions, emoji, mine) {
  const key = emojiKey(emoji);
  return reactions
    .map((each) => {
      if (emojiKey(each.emoji) !== key || (mine && !each.me)) return each;
      return { ...each, count: each.count - 1, me: each.me && !mine };
    })
    .filter((each) => each.count > 0);
}
