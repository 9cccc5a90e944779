/** Initials on a color that stays the same for a user, in place of pictures nobody uploaded. */

import { h } from "./dom.js";

const COLORS = 8; // classes avatar-0 … avatar-7 in the style sheet

/**
 * @param {{id: string, username: string, global_name?: string, bot?: boolean}} user
 * @param {"small"|"large"|""} [size]
 */
export function avatar(user, size = "") {
  const name = user.global_name ?? user.username ?? "?";
  return h("span", {
    class: `avatar avatar-${colorOf(user)} ${size && `avatar-${size}`} ${user.bot ? "is-app" : ""}`,
    "aria-hidden": "true",
  }, initials(name));
}

/** The number of a user's color, also for the name in a message. */
export function colorOf(user) {
  // The lower bits of ids made in one burst are a counter: neighbors get different colors.
  return Number((BigInt(user.id) ^ (BigInt(user.id) >> 22n)) % BigInt(COLORS));
}

function initials(name) {
  const words = name.split(/[\s_.-]+/).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...name][0];
  return [letters ?? "?"].flat().join("").toUpperCase();
}
