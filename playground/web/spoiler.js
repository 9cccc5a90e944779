/** Spoilers: text and media that are shown only when somebody asks for them. */

import { h } from "./dom.js";

/**
 * Text that is hidden until it is pressed.
 *
 * @param {(Node|string)[]} children
 */
export function textSpoiler(children) {
  const inside = h("span", { class: "spoiler-inside" }, children);
  // Hidden from screen readers and the keyboard too, or it would be read out.
  inside.inert = true;
  const button = h("span", {
    class: "spoiler",
    role: "button",
    tabindex: "0",
    "aria-label": "Spoiler, press to show",
    "aria-expanded": "false",
    onclick: show,
    onkeydown: (event) => {
      if (event.target !== button || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      show();
    },
  }, inside);

  function show() {
    const hadFocus = document.activeElement === button;
    const shown = h("span", { class: "spoiler-shown", tabindex: "-1" }, [...inside.childNodes]);
    button.replaceWith(shown);
    if (hadFocus) shown.focus();
  }

  return button;
}

/**
 * Cover a picture or a group of components until the cover is pressed.
 *
 * @param {HTMLElement} element gets the class "covered" until then
 */
export function cover(element) {
  const covered = [...element.children];
  for (const child of covered) child.inert = true;
  const button = h("button", { type: "button", class: "spoiler-cover",
    "aria-label": "Spoiler, press to show", onclick: uncover },
  h("span", {}, "Spoiler"));
  element.classList.add("covered");
  element.append(button);

  function uncover(event) {
    event.stopPropagation();
    element.classList.remove("covered");
    button.remove();
    for (const child of covered) child.inert = false;
    covered.find((child) => child.matches("button, a"))?.focus();
  }
}
