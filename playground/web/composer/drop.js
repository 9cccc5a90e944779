/** Files that are dropped anywhere on the page, or pasted while nothing else wants them. */

import { h } from "../dom.js";
import { icon } from "../icons.js";

/**
 * Take dropped and pasted files.
 *
 * @param {{where: () => string|null, take: (files: File[]) => void}} target `where` names the place
 *   the files go to, null where they cannot go
 */
export function watchFiles({ where, take }) {
  const name = h("strong", {});
  const veil = h("div", { class: "drop", hidden: true, "aria-hidden": "true" },
    h("div", { class: "drop-card" }, icon("attach"), name));
  document.body.append(veil);
  let depth = 0; // the pointer enters and leaves every element on its way

  const refuses = () => where() === null || document.querySelector("dialog[open]") !== null;
  const hide = () => {
    depth = 0;
    veil.hidden = true;
  };
  document.addEventListener("dragenter", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    depth += 1;
    if (refuses()) return;
    name.textContent = `Drop to add to ${where()}`;
    veil.hidden = false;
  });
  document.addEventListener("dragover", (event) => {
    // Refused files must not make the browser leave the page for them either.
    if (hasFiles(event.dataTransfer)) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    depth -= 1;
    if (depth <= 0) hide();
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    hide();
    if (!refuses()) take([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || refuses()) return;
    event.preventDefault();
    take(files.map(named));
  });
}

function hasFiles(transfer) {
  return [...(transfer?.types ?? [])].includes("Files");
}

/** A pasted picture has no name of its own. */
function named(file) {
  if (file.name) return file;
  const kind = file.type.split("/")[1] ?? "bin";
  return new File([file], `pasted.${kind}`, { type: file.type });
}
