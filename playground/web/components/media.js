/** Pictures and files as components: thumbnails, galleries, files. */

import { fileCard } from "../attachments.js";
import { h } from "../dom.js";
import { renderGallery } from "../gallery.js";
import { fileName, foreignPicture, pictureButton } from "../picture.js";
import { cover } from "../spoiler.js";
import { ownUrl } from "../urls.js";

/** The small picture beside a section's text. */
export function renderThumbnail(thumbnail, openPictures) {
  const picture = pictureOf(thumbnail);
  if (!ownUrl(picture.url)) return foreignPicture(picture.url) ?? h("span");
  return h("div", { class: "component-thumbnail" },
    pictureButton(picture, () => openPictures([picture], 0), { cropped: true }));
}

/** One to ten pictures. */
export function renderMediaGallery(gallery, openPictures) {
  const pictures = (gallery.items ?? []).map(pictureOf);
  return renderGallery(pictures, openPictures) ?? h("div");
}

/** A file that was sent along. */
export function renderFile(component) {
  const { file = {} } = component;
  const card = fileCard({
    url: file.url,
    filename: component.name ?? (fileName(file.url) || "file"),
    size: component.size,
  });
  if (!component.spoiler) return card;
  const frame = h("div", { class: "file-frame" }, card);
  cover(frame);
  return frame;
}

function pictureOf({ media = {}, description, spoiler }) {
  return {
    url: media.url,
    name: fileName(media.url) || "picture",
    alt: description ?? undefined,
    width: media.width,
    height: media.height,
    spoiler: Boolean(spoiler),
  };
}
