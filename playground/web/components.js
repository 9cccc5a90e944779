/**
 * Buttons and selects under a message.
 *
 * What is pending or has failed belongs to the message, not to its buttons: an edit of the
 * message makes the buttons anew and must not lose it.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";
import { renderSelect } from "./select.js";

const ROW = 1;
const BUTTON = 2;
const SELECTS = new Set([3, 5, 6, 7, 8]);
const TEXT = 10;
const LINK_STYLE = 5;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

/**
 * @typedef {object} ComponentState
 * @property {string|null} pending custom_id of what was pressed and is not answered yet
 * @property {string|null} failure what to say under the components
 */

/**
 * Render the components of a message.
 *
 * @param {object[]} components
 * @param {ComponentState} state
 * @param {{store: object, names: object, press: (component: object, values?: string[]) => void}}
 *   context
 * @returns {HTMLElement[]}
 */
export function renderComponents(components, state, context) {
  return [
    ...components.map((component) => renderComponent(component, state, context)),
    state.failure
      ? h("p", { class: "components-failure", role: "alert" }, icon("warning"), state.failure)
      : null,
  ].filter(Boolean);
}

function renderComponent(component, state, context) {
  const inner = component.components ?? component.items ?? [];
  if (component.type === BUTTON) return button(component, state, context);
  if (SELECTS.has(component.type)) return renderSelect(component, state, context);
  if (component.type === TEXT) {
    return h("div", { class: "component-text" }, renderMarkdown(component.content, context.names));
  }
  // Rows, and whatever newer container holds components this page knows.
  return h("div", { class: component.type === ROW ? "component-row" : "component-group" },
    inner.map((child) => renderComponent(child, state, context)),
    component.accessory ? renderComponent(component.accessory, state, context) : null);
}

function button(component, state, context) {
  const style = STYLES[component.style] ?? "secondary";
  const label = [
    component.emoji ? h("span", { class: "button-emoji" }, emojiText(component.emoji)) : null,
    component.label ? h("span", {}, component.label) : null,
  ];
  if (component.style === LINK_STYLE) {
    return h("a", {
      class: "button button-link",
      href: component.disabled ? null : component.url,
      target: "_blank",
      rel: "noopener noreferrer",
      "aria-disabled": component.disabled ? "true" : null,
    }, label, icon("external"));
  }
  const pending = state.pending === component.custom_id;
  return h("button", {
    type: "button",
    class: `button button-${style} ${pending ? "pending" : ""}`,
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

function emojiText(emoji) {
  return emoji.id ? `:${emoji.name}:` : emoji.name;
}
