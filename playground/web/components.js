/**
 * Components under a message, and messages that are made of nothing else (components v2).
 *
 * What is pending or has failed belongs to the message, not to its buttons: an edit of the
 * message makes the buttons anew and must not lose it.
 */

import { renderButton } from "./components/button.js";
import { renderContainer, renderSection, renderSeparator } from "./components/boxes.js";
import { renderFile, renderMediaGallery, renderThumbnail } from "./components/media.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";
import { renderSelect } from "./select.js";

const RENDERERS = {
  1: (row, inner) => h("div", { class: "component-row" }, row.components.map(inner)),
  2: (button, _, state, context) => renderButton(button, state, context),
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: (section, inner) => renderSection(section, inner),
  10: (text, _, __, context) => (
    h("div", { class: "component-text markdown" }, renderMarkdown(text.content, context.names))),
  11: (thumbnail, _, __, context) => renderThumbnail(thumbnail, context.openPictures),
  12: (gallery, _, __, context) => renderMediaGallery(gallery, context.openPictures),
  13: (file) => renderFile(file),
  14: (separator) => renderSeparator(separator),
  17: (container, inner) => renderContainer(container, inner),
};

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
 * @param {{store: object, names: object, openPictures: Function,
 *   press: (component: object, values?: string[]) => void}} context
 * @returns {HTMLElement[]}
 */
export function renderComponents(components, state, context) {
  const render = (component) => {
    const renderer = RENDERERS[component.type];
    if (renderer) return renderer(component, render, state, context);
    return h("p", { class: "component-unknown" },
      `A component of type ${component.type}, which this page does not know.`);
  };
  return [
    ...components.map(render),
    state.failure
      ? h("p", { class: "components-failure", role: "alert" }, icon("warning"), state.failure)
      : null,
  ].filter(Boolean);
}

function select(component, _, state, context) {
  return renderSelect(component, state, context);
}
