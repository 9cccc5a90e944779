/** Names for the ids that mentions carry, and whether the one who reads is meant. */

/**
 * @param {import("./store.js").Store} store
 * @param {{openChannel: Function, useCommand: Function, openUser: Function}} actions what a click
 *   on a mention does
 */
export function namesOf(store, actions) {
  const every = (list) => store.guilds.flatMap((guild) => guild[list] ?? []);
  const find = (list, id) => every(list).find((each) => each.id === id);
  return {
    ...actions,
    user: (id) => store.nameOf(id),
    role: (id) => find("roles", id)?.name.replace(/^@/, "") ?? "unknown role",
    channel: (id) => (find("channels", id) ?? find("threads", id))?.name ?? "unknown",
    isViewer(kind, id) {
      if (kind === "everyone") return true;
      if (kind === "user") return id === store.userId;
      return every("members").some(({ user, roles }) => (
        user.id === store.userId && roles.includes(id)));
    },
  };
}
