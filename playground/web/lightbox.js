/** A picture, large: Escape closes, arrow keys go to the next, and it can be downloaded. */

import { fileSize } from "./attachments.js";
import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";
import { ownUrl } from "./urls.js";

/**
 * Open pictures large.
 *
 * @param {{url: string, name: string, alt?: string, width?: number, height?: number,
 *   size?: number}[]} pictures
 * @param {number} index which one first
 */
export function openLightbox(pictures, index) {
  let current = index;
  const image = h("img", { class: "lightbox-image" });
  const caption = h("p", { class: "lightbox-caption" });
  const original = tool("external", "Open the original", { target: "_blank", rel: "noopener" });
  const download = tool("download", "Download", {});
  const close = h("button", { type: "button", class: "icon-button", onclick: () => dialog.close() },
    icon("close"), hiddenText("Close"));
  const several = pictures.length > 1;
  const dialog = h("dialog", { class: "lightbox", "aria-label": "Picture" },
    h("div", { class: "lightbox-bar" }, caption, original, download, close),
    h("div", { class: "lightbox-stage" },
      several ? turn("left", "Previous picture", -1) : null,
      image,
      several ? turn("right", "Next picture", 1) : null));

  function turn(name, label, by) {
    return h("button", { type: "button", class: "lightbox-turn", onclick: () => step(by) },
      icon(name), hiddenText(label));
  }

  function step(by) {
    current = (current + by + pictures.length) % pictures.length;
    show();
  }

  function show() {
    const { url, name, alt, width, height, size } = pictures[current];
    const address = ownUrl(url);
    image.src = address;
    image.alt = alt ?? name;
    if (width && height) {
      image.width = width;
      image.height = height;
    }
    original.href = address;
    download.href = address;
    download.download = name;
    const facts = [width && `${width} × ${height}`, size && fileSize(size)];
    const place = several ? `${current + 1} of ${pictures.length}` : null;
    caption.replaceChildren(
      h("strong", {}, name),
      h("small", {}, [place, ...facts].filter(Boolean).join(" · ")),
    );
  }

  dialog.addEventListener("keydown", (event) => {
    if (several && event.key === "ArrowLeft") step(-1);
    if (several && event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("click", (event) => {
    // A click beside the picture closes, as in every other viewer.
    if (event.target === dialog || event.target.classList.contains("lightbox-stage")) {
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  show();
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

function tool(name, label, props) {
  return h("a", { class: "icon-button", ...props }, icon(name), hiddenText(label));
}
