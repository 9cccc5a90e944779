/** A select under a message: one choice is sent at once, several when the list closes. */

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";

const PLACEHOLDERS = {
  3: "Make a selection", 5: "Choose a user", 6: "Choose a role", 7: "Choose a user or role",
  8: "Choose a channel",
};

/**
 * @param {object} component type 3, 5, 6, 7 or 8
 * @param {{pending: string|null}} state
 * @param {{store: object, press: (component: object, values: string[]) => void}} context
 */
export function renderSelect(component, state, context) {
  const options = component.options ?? entityOptions(component.type, context.store);
  const most = Math.min(component.max_values ?? 1, options.length);
  const least = component.min_values ?? 1;
  const several = most > 1;
  const chosen = new Set(options.filter((option) => option.default).map((option) => option.value));
  const before = [...chosen].join();
  const pending = state.pending === component.custom_id;
  const text = h("span", { class: "select-text" });
  const hint = h("span", { class: "select-hint", id: uniqueId("hint") });
  const listbox = new Listbox((item) => choose(item.option.value));
  const button = h("button", {
    type: "button",
    class: "select-button",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": component.placeholder ?? PLACEHOLDERS[component.type],
    "aria-describedby": hint.id,
    "aria-busy": pending ? "true" : null,
    dataset: { customId: component.custom_id },
    disabled: component.disabled,
    onclick: () => (listbox.isOpen ? close() : open()),
    onkeydown: onKey,
    onblur: () => close(),
  }, text, pending ? h("span", { class: "spinner", "aria-hidden": "true" }) : icon("down"));
  showChosen();
  return h("div", { class: "select" }, button, listbox.element, hint);

  function open() {
    if (state.pending) return;
    const items = options.map((option) => ({
      label: [emojiText(option.emoji), option.label].filter(Boolean).join(" "),
      description: option.description,
      checked: chosen.has(option.value),
      option,
    }));
    const active = Math.max(listbox.activeIndex, 0);
    listbox.show(button, items, {
      label: component.placeholder ?? PLACEHOLDERS[component.type], active, multiple: several,
    });
  }

  function close() {
    if (!listbox.isOpen) return;
    listbox.hide();
    const values = [...chosen];
    if (several && values.join() !== before && values.length >= least) {
      context.press(component, values);
    }
  }

  function choose(value) {
    if (!several) {
      listbox.hide();
      context.press(component, [value]);
      return;
    }
    if (chosen.has(value)) chosen.delete(value);
    else if (chosen.size < most) chosen.add(value);
    showChosen();
    open();
  }

  function showChosen() {
    const labels = options.filter((option) => chosen.has(option.value))
      .map((option) => option.label);
    text.textContent = labels.join(", ") || (component.placeholder
      ?? PLACEHOLDERS[component.type]);
    text.classList.toggle("placeholder", labels.length === 0);
    hint.textContent = several && chosen.size < least ? `Choose at least ${least}.` : "";
  }

  function onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (listbox.isOpen) listbox.move(event.key === "ArrowDown" ? 1 : -1);
      else open();
    } else if (listbox.isOpen && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      listbox.chooseActive();
    } else if (listbox.isOpen && event.key === "Escape") {
      event.preventDefault();
      close();
    }
  }
}

/** The users, roles or channels of the guild that is shown, as a select's options. */
export function entityOptions(type, store) {
  const guild = store.guildOf(store.channel);
  const users = guild?.members?.map((member) => member.user) ?? [store.user, store.bot];
  const asUsers = users.map((user) => ({ label: store.nameOf(user.id), value: user.id }));
  const asRoles = (guild?.roles ?? []).map((role) => ({ label: role.name, value: role.id }));
  if (type === 5) return asUsers;
  if (type === 6) return asRoles;
  if (type === 7) return [...asUsers, ...asRoles];
  return guild ? store.channelsOf(guild)
    .map((channel) => ({ label: `#${channel.name}`, value: channel.id })) : [];
}

function emojiText(emoji) {
  return emoji && !emoji.id ? emoji.name : null;
}
