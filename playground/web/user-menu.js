/** What can be done with a user: the apps' own commands, a mention, the ID. */

import { copyText } from "./clipboard.js";
import { openMenu } from "./menu.js";

const USER_COMMAND = 2;

/**
 * @param {string} userId
 * @param {Element|MouseEvent} anchor
 * @param {{name: string, mention: (userId: string) => void, commands: (type: number) => object[],
 *   use: (each: object, targetId: string) => void}} context
 */
export function openUserMenu(userId, anchor, { name, mention, commands, use }) {
  const apps = commands(USER_COMMAND);
  openMenu(anchor, name, [
    { label: name },
    { label: "Mention", icon: "at", act: () => mention(userId) },
    { label: "Copy the user’s ID", icon: "copy", act: () => copyText(userId) },
    apps.length > 0 && { label: "Apps" },
    ...apps.map((each) => ({ label: each.command.name, note: each.app.name, icon: "apps",
      act: () => use(each, userId) })),
  ]);
}
