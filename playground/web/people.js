/** Whose eyes one looks through: the users of the playground, to switch between. */

import { avatar } from "./avatar.js";
import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";
import { displayName } from "./store.js";

/**
 * @param {import("./store.js").Store} store
 * @param {{become: (userId: string) => void, tapped: () => void,
 *   menu: (userId: string, anchor: object) => void}} actions `tapped` follows a choice that was made
 *   by mouse or finger, `menu` opens what may be done with a user
 */
export function renderPeople(store, { become, tapped, menu }) {
  const owners = new Set(store.guilds.map((guild) => guild.owner_id));
  return h("fieldset", { class: "people" },
    h("legend", { class: "side-heading" }, "You are"),
    store.users.map((user) => {
      const person = store.people.get(user.id) ?? user;
      return h("label", { class: "person", oncontextmenu: (event) => {
        event.preventDefault();
        menu(user.id, event);
      }, onclick: ({ target, detail }) => {
        // The radio button gets a click of its own, for an arrow key too; after it one has chosen.
        if (detail && !target.matches("input")) setTimeout(tapped);
      } },
      h("input", {
        type: "radio",
        name: "person",
        class: "sr-only",
        value: user.id,
        checked: user.id === store.userId,
        onchange: () => become(user.id),
      }),
      avatar(person, "medium"),
      h("span", { class: "person-name" },
        h("span", {}, displayName(person)), h("small", {}, person.username)),
      owners.has(user.id) ? h("span", { class: "mark", title: "Owns the guild" },
        icon("crown"), hiddenText("owns the guild")) : null);
    }));
}
