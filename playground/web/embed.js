/** An embed: color bar, author, title, text, fields, pictures, footer. */

import { h } from "./dom.js";
import { renderInline, renderMarkdown } from "./markdown.js";
import { fileName, foreignPicture, pictureButton } from "./picture.js";
import { shortTime, timeElement } from "./time.js";
import { linkUrl, ownUrl } from "./urls.js";

/**
 * @param {object} embed Discord's embed object
 * @param {object} names see renderMarkdown
 * @param {(pictures: object[], index: number) => void} openPictures opens the lightbox
 */
export function renderEmbed(embed, names, openPictures) {
  const element = h("div", { class: "embed" },
    h("div", { class: "embed-body" },
      h("div", { class: "embed-text" },
        embed.author ? authorLine(embed.author) : null,
        embed.title ? h("p", { class: "embed-title" }, title(embed, names)) : null,
        embed.description
          ? h("div", { class: "embed-description" }, renderMarkdown(embed.description, names))
          : null,
        embed.fields?.length ? fieldTable(embed.fields, names) : null),
      embed.thumbnail ? thumbnail(embed.thumbnail, openPictures) : null),
    embed.image ? picture(embed.image, embed.title, openPictures) : null,
    embed.footer || embed.timestamp ? footer(embed) : null);
  if (typeof embed.color === "number") {
    element.style.borderInlineStartColor = `#${embed.color.toString(16).padStart(6, "0")}`;
  }
  return element;
}

function authorLine({ name, url, icon_url: iconUrl }) {
  return h("p", { class: "embed-author" },
    smallIcon(iconUrl),
    linkUrl(url) ? link(url, name) : name);
}

function title({ title: text, url }, names) {
  const shown = renderInline(text, names);
  return linkUrl(url) ? link(url, shown) : shown;
}

/** Up to three inline fields share a row, as in Discord; two of them halve it. */
function fieldTable(fields, names) {
  return h("dl", { class: "embed-fields" }, rowsOf(fields).flatMap((row) => row.map((field) => (
    h("div", { class: `embed-field share-${row.length}` },
      h("dt", {}, renderInline(field.name, names)),
      h("dd", {}, renderMarkdown(field.value, names)))))));
}

function rowsOf(fields) {
  const rows = [];
  for (const field of fields) {
    const last = rows.at(-1);
    if (field.inline && last?.[0].inline && last.length < 3) last.push(field);
    else rows.push([field]);
  }
  return rows;
}

function thumbnail(media, openPictures) {
  const holder = picture(media, "thumbnail", openPictures);
  holder?.classList.add("embed-thumbnail");
  holder?.style.removeProperty("width");
  return holder;
}

function picture(media, name, openPictures) {
  if (!ownUrl(media.url)) return foreignPicture(media.url);
  const shown = {
    url: media.url,
    name: fileName(media.url) || name || "picture",
    alt: media.description,
    width: media.width,
    height: media.height,
  };
  return pictureButton(shown, () => openPictures([shown], 0));
}

function footer({ footer: foot, timestamp }) {
  const moment = timestamp ? new Date(timestamp) : null;
  return h("p", { class: "embed-footer" },
    smallIcon(foot?.icon_url),
    foot?.text,
    foot?.text && moment ? " • " : null,
    moment ? timeElement(moment, shortTime(moment)) : null);
}

function smallIcon(address) {
  const url = ownUrl(address);
  return url ? h("img", { class: "embed-icon", src: url, alt: "" }) : null;
}

function link(address, child) {
  return h("a", { href: linkUrl(address), target: "_blank", rel: "noopener noreferrer" }, child);
}
