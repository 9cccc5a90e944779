/** A button under a message: in its style, with a spinner while the bot answers. */

import { h } from "../dom.js";
import { emojiText } from "../emoji.js";
import { icon } from "../icons.js";
import { linkUrl } from "../urls.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };
const LINK = 5;

/**
 * @param {object} component
 * @param {import("../components.js").ComponentState} state
 * @param {{press: (component: object) => void}} context
 */
export function renderButton(component, state, context) {
  const label = [
    component.emoji ? h("span", { class: "button-emoji" }, emojiText(component.emoji)) : null,
    component.label ? h("span", { class: "button-label" }, component.label) : null,
  ];
  if (component.style === LINK) return linkButton(component, label);
  const pending = state.pending === component.custom_id;
  return h("button", {
    type: "button",
    class: `button button-${STYLES[component.style] ?? "secondary"} ${pending ? "pending" : ""}`,
    dataset: { customId: component.custom_id },
    disabled: component.disabled,
    // Not `disabled`: that would throw the focus away while the bot answers.
    "aria-disabled": !component.disabled && state.pending ? "true" : null,
    "aria-busy": pending ? "true" : null,
    onclick: () => {
      if (!state.pending) context.press(component);
    },
  }, label, pending ? h("span", { class: "spinner", "aria-hidden": "true" }) : null);
}

function linkButton(component, label) {
  const url = component.disabled ? null : linkUrl(component.url);
  return h("a", {
    class: "button button-link",
    href: url,
    role: url ? null : "link",
    target: "_blank",
    rel: "noopener noreferrer",
    title: url,
    "aria-disabled": url ? null : "true",
  }, label, icon("external"));
}
