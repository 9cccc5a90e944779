/**
 * Attached files: pictures in the space their size reserves, so that nothing jumps while they
 * load; everything else as a card with a link.
 */

import { h, hiddenText } from "./dom.js";
import { icon } from "./icons.js";
import { hostOf, linkUrl, ownUrl } from "./urls.js";

const WIDEST = 540; // CSS px
const TALLEST = 360;
const IS_SPOILER = 1 << 3;

/**
 * The attachments of a message.
 *
 * @param {object[]} attachments
 * @param {(pictures: object[], index: number) => void} openPictures opens the lightbox
 */
export function renderAttachments(attachments, openPictures) {
  const pictures = attachments.filter(isPicture).map(asPicture);
  const others = attachments.filter((attachment) => !isPicture(attachment));
  return [
    pictures.length
      ? h("div", { class: `pictures ${pictures.length > 1 ? "several" : ""}` },
        pictures.map((picture, index) => (
          pictureButton(picture, () => openPictures(pictures, index), pictures.length > 1))))
      : null,
    others.map(fileCard),
  ];
}

/**
 * A picture that opens large, in the space its own size reserves.
 *
 * @param {{url: string, name: string, width?: number, height?: number, spoiler?: boolean}} picture
 * @param {() => void} open
 * @param {boolean} [cropped] fill a tile of a grid rather than keep the proportions
 */
export function pictureButton(picture, open, cropped = false) {
  const url = ownUrl(picture.url);
  if (!url) return foreignPicture(picture.url);
  const image = h("img", { src: url, alt: picture.alt ?? picture.name, decoding: "async" });
  const button = h("button", {
    type: "button",
    class: "picture",
    "aria-label": `Open ${picture.alt ?? picture.name} large`,
    onclick: open,
  }, image);
  if (!cropped) reserve(button, picture);
  image.addEventListener("load", () => button.classList.add("loaded"));
  image.addEventListener("error", () => {
    button.classList.add("broken");
    button.dataset.note = "The picture could not be loaded";
  });
  if (picture.spoiler) hide(button);
  return button;
}

/** A picture on somebody else's host is named, not fetched: nothing leaves this computer. */
export function foreignPicture(address) {
  const url = linkUrl(address);
  if (!url) return null;
  return h("a", { class: "foreign", href: url, target: "_blank", rel: "noopener noreferrer" },
    icon("external"), `Picture on ${hostOf(url)} (not loaded)`);
}

/** "1.4 MB". */
export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function isPicture(attachment) {
  return Boolean(attachment.content_type?.startsWith("image/") && attachment.width);
}

function asPicture(attachment) {
  return {
    url: attachment.url,
    name: attachment.filename,
    alt: attachment.description,
    size: attachment.size,
    width: attachment.width,
    height: attachment.height,
    spoiler: attachment.filename.startsWith("SPOILER_")
      || Boolean((attachment.flags ?? 0) & IS_SPOILER),
  };
}

/** Give the place its final shape before a byte of the picture is there. */
function reserve(button, { width, height }) {
  if (!width || !height) {
    button.classList.add("unsized");
    return;
  }
  const shown = Math.min(width, WIDEST, (TALLEST * width) / height);
  // Through the object model: the page's policy forbids style attributes.
  button.style.width = `${Math.round(shown)}px`;
  button.style.aspectRatio = `${width} / ${height}`;
}

function hide(button) {
  const cover = h("span", { class: "spoiler-cover" }, "Spoiler");
  button.classList.add("covered");
  button.append(cover);
  button.addEventListener("click", (event) => {
    if (!button.classList.contains("covered")) return;
    event.stopImmediatePropagation();
    button.classList.remove("covered");
    cover.remove();
  }, { capture: true });
}

function fileCard(attachment) {
  const url = ownUrl(attachment.url);
  return h("div", { class: "file-card" },
    icon("file"),
    h("span", { class: "file-name" },
      h("a", { href: url ?? linkUrl(attachment.url), target: "_blank", rel: "noopener" },
        attachment.filename),
      h("small", {}, fileSize(attachment.size))),
    url ? h("a", { class: "icon-button", href: url, download: attachment.filename },
      icon("download"), hiddenText(`Download ${attachment.filename}`)) : null);
}
