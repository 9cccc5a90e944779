/** Names for the ids that mentions carry. */

/** @param {import("./store.js").Store} store */
export function namesOf(store) {
  const every = (list) => store.guilds.flatMap((guild) => guild[list] ?? []);
  return {
    user: (id) => store.nameOf(id),
    role: (id) => every("roles").find((role) => role.id === id)?.name ?? "unknown role",
    channel: (id) => every("channels").find((channel) => channel.id === id)?.name ?? "unknown",
  };
}
