/** Attached files: pictures as a gallery, everything else as a card with a link. */

import { h, hiddenText } from "./dom.js";
import { renderGallery } from "./gallery.js";
import { icon } from "./icons.js";
import { linkUrl, ownUrl } from "./urls.js";

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
    renderGallery(pictures, openPictures),
    others.map((attachment) => fileCard(attachment)),
  ];
}

/**
 * A file that is no picture.
 *
 * @param {{url: string, filename: string, size?: number}} file
 */
export function fileCard(file) {
  const url = ownUrl(file.url);
  return h("div", { class: "file-card" },
    icon("file"),
    h("span", { class: "file-name" },
      h("a", { href: url ?? linkUrl(file.url), target: "_blank", rel: "noopener" },
        file.filename),
      file.size === undefined || file.size === null ? null : h("small", {}, fileSize(file.size))),
    url ? h("a", { class: "icon-button", href: url, download: file.filename },
      icon("download"), hiddenText(`Download ${file.filename}`)) : null);
}

/** "1.4 MB". */
export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Whether the name or the flags of a file make it a spoiler. */
export function isSpoiler(file) {
  return Boolean(file.filename?.startsWith("SPOILER_") || ((file.flags ?? 0) & IS_SPOILER));
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
    spoiler: isSpoiler(attachment),
  };
}
