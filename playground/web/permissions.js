/** Who may do what in a channel, reckoned as Discord does: roles first, then overwrites. */

export const VIEW_CHANNEL = 1n << 10n;
export const SEND_MESSAGES = 1n << 11n;
export const ADD_REACTIONS = 1n << 6n;
export const MANAGE_MESSAGES = 1n << 13n;
export const READ_HISTORY = 1n << 16n;
export const SEND_IN_THREADS = 1n << 38n;
export const ADMINISTRATOR = 1n << 3n;
export const ATTACH_FILES = 1n << 15n;
export const MENTION_EVERYONE = 1n << 17n;
export const USE_COMMANDS = 1n << 31n;
export const MANAGE_THREADS = 1n << 34n;
export const BYPASS_SLOWMODE = 1n << 52n;
const ALL = (1n << 60n) - 1n;

/**
 * The permissions of a member in a channel.
 *
 * @param {object} guild with owner_id, roles and members
 * @param {object|null} channel with permission_overwrites; null for the guild as a whole
 * @param {string} userId
 * @returns {bigint}
 */
export function permissionsIn(guild, channel, userId) {
  const member = guild.members?.find((each) => each.user.id === userId);
  // Without the facts (not READY yet) nothing is forbidden: the server has the last word anyway.
  if (guild.owner_id === userId || !member || !guild.roles) return ALL;
  const mine = new Set([guild.id, ...member.roles]);
  let permissions = 0n;
  for (const role of guild.roles) {
    if (mine.has(role.id)) permissions |= BigInt(role.permissions);
  }
  if (permissions & ADMINISTRATOR) return ALL;
  return overwritten(permissions, channel?.permission_overwrites ?? [], guild.id, mine, userId);
}

/** Apply the overwrites: everyone's, then all roles' together, then the member's own. */
function overwritten(permissions, overwrites, everyoneId, roleIds, userId) {
  const apply = (list) => {
    const allow = list.reduce((bits, each) => bits | BigInt(each.allow ?? 0), 0n);
    const deny = list.reduce((bits, each) => bits | BigInt(each.deny ?? 0), 0n);
    permissions = (permissions & ~deny) | allow;
  };
  apply(overwrites.filter((each) => each.id === everyoneId));
  apply(overwrites.filter((each) => each.id !== everyoneId && roleIds.has(each.id)));
  apply(overwrites.filter((each) => each.id === userId));
  return permissions;
}
