/** What the gateway tells of guilds, their channels, threads, roles and members, taken in. */

/**
 * Change `store.guilds` as an event says.
 *
 * @param {import("./store.js").Store} store
 * @param {string} type
 * @param {object} data
 * @returns {boolean} whether it was an event of this kind
 */
export function applyGuildEvent(store, type, data) {
  const change = CHANGES[type];
  if (!change) return false;
  if (type === "GUILD_CREATE" || type === "GUILD_DELETE") {
    change(store, data);
    return true;
  }
  const guild = store.guilds.find((each) => each.id === (data.guild_id ?? data.id));
  // A direct message's channel is known from READY, and anything else belongs to a guild.
  if (guild) change(guild, data);
  return true;
}

const CHANGES = {
  GUILD_CREATE(store, data) {
    const guild = { channels: [], members: [], roles: [], threads: [], ...data };
    store.guilds = [...store.guilds.filter((each) => each.id !== data.id), guild];
  },
  GUILD_DELETE(store, data) {
    // An outage takes a guild away for a while, leaving it does so for good.
    store.guilds = data.unavailable
      ? store.guilds.map((each) => (each.id === data.id ? { ...each, unavailable: true } : each))
      : store.guilds.filter((each) => each.id !== data.id);
  },
  GUILD_UPDATE: (guild, data) => Object.assign(guild, data),
  CHANNEL_CREATE: (guild, data) => put(guild, "channels", data),
  CHANNEL_UPDATE: (guild, data) => put(guild, "channels", data),
  CHANNEL_DELETE(guild, data) {
    drop(guild, "channels", data.id);
    guild.threads = (guild.threads ?? []).filter((each) => each.parent_id !== data.id);
  },
  THREAD_CREATE: (guild, data) => put(guild, "threads", data),
  THREAD_UPDATE: (guild, data) => put(guild, "threads", data),
  THREAD_DELETE: (guild, data) => drop(guild, "threads", data.id),
  THREAD_LIST_SYNC(guild, data) {
    for (const thread of data.threads ?? []) put(guild, "threads", thread);
  },
  GUILD_ROLE_CREATE: (guild, data) => put(guild, "roles", data.role),
  GUILD_ROLE_UPDATE: (guild, data) => put(guild, "roles", data.role),
  GUILD_ROLE_DELETE: (guild, data) => drop(guild, "roles", data.role_id),
  GUILD_MEMBER_ADD: putMember,
  GUILD_MEMBER_UPDATE: putMember,
  GUILD_MEMBER_REMOVE(guild, data) {
    guild.members = (guild.members ?? []).filter(({ user }) => user.id !== data.user.id);
  },
};

function put(guild, list, thing) {
  const things = guild[list] ?? [];
  const known = things.find((each) => each.id === thing.id);
  guild[list] = known
    ? things.map((each) => (each === known ? { ...known, ...thing } : each))
    : [...things, thing];
}

function drop(guild, list, id) {
  guild[list] = (guild[list] ?? []).filter((each) => each.id !== id);
}

function putMember(guild, { guild_id: _, ...member }) {
  const members = guild.members ?? [];
  const known = members.find(({ user }) => user.id === member.user.id);
  guild.members = known
    ? members.map((each) => (each === known ? { ...known, ...member } : each))
    : [...members, member];
}
