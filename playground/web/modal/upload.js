/** A file upload of a form: chosen, or dropped on it. */

import { fileSize } from "../attachments.js";
import { h, hiddenText } from "../dom.js";
import { icon } from "../icons.js";

const FILE_UPLOAD = 19;

/** @param {object} component a file upload; for the rest see fields.js */
export function uploadControl(component, { ids, about, changed }) {
  const { required = true, min_values: least = required ? 1 : 0, max_values: most = 1 } = component;
  let chosen = [];
  const list = h("ul", { class: "uploads" });
  const input = h("input", { type: "file", id: ids.control, class: "upload-input",
    multiple: most > 1, "aria-describedby": about, onchange: () => {
      add([...input.files]);
      // The same file may be chosen again after it was taken out.
      input.value = "";
    } });
  const place = h("div", {
    class: "upload",
    ondragover: (event) => {
      event.preventDefault();
      place.classList.add("aimed");
    },
    ondragleave: () => place.classList.remove("aimed"),
    ondrop: (event) => {
      event.preventDefault();
      place.classList.remove("aimed");
      add([...event.dataTransfer.files]);
    },
  }, icon("upload"), h("span", { "aria-hidden": "true" },
    most > 1 ? `Drop up to ${most} files here, or choose them` : "Drop a file here, or choose one"),
  input);

  function add(files) {
    chosen = most === 1 ? files.slice(-1) : [...chosen, ...files];
    show();
  }

  function show() {
    list.replaceChildren(...chosen.map((file) => h("li", { class: "upload-file" },
      icon("file"), h("span", {}, file.name), h("small", {}, fileSize(file.size)),
      h("button", { type: "button", class: "icon-button", onclick: () => {
        chosen = chosen.filter((each) => each !== file);
        show();
        input.focus();
      } }, icon("close"), hiddenText(`Remove ${file.name}`)))));
    changed();
  }

  return {
    element: h("div", { class: "upload-field" }, place, list),
    input,
    check() {
      if (!chosen.length) return required && least > 0 ? "Choose a file." : "";
      if (chosen.length < least) return `Choose at least ${least} files.`;
      return chosen.length > most ? `Choose no more than ${most}.` : "";
    },
    // A file's value is its place among the files that are sent along.
    read: (files) => ({
      type: FILE_UPLOAD,
      custom_id: component.custom_id,
      values: chosen.map((file) => String(files.push(file) - 1)),
    }),
  };
}
