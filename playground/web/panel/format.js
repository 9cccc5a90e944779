/** Numbers as the panel shows them: spans of time, moments, sizes, and paths with short ids. */

import { h } from "../dom.js";

const moment = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false,
});
const number = new Intl.NumberFormat("en");

/** "0.4 ms", "12 ms", "1.24 s", "2 min 5 s". */
export function duration(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.floor(ms / 60000)} min ${Math.round(ms / 1000) % 60} s`;
}

/** What is left until a deadline: "2.4 s" near it, "14:52" far from it. */
export function countdown(seconds) {
  const left = Math.max(0, seconds);
  if (left < 60) return `${left.toFixed(1)} s`;
  const whole = Math.ceil(left);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "16 min", "1 h", "1 day 2 h": a step of the clock in its two largest units. */
export function span(seconds) {
  const whole = Math.round(seconds);
  const units = [["day", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const parts = [];
  let left = whole;
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count) parts.push(`${count} ${unit}${unit === "day" && count > 1 ? "s" : ""}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

/** "14:03:27.512" out of seconds since the epoch. */
export function clockTime(at) {
  return moment.format(new Date(at * 1000));
}

/** "512 bytes", "47.1 kB". */
export function bytes(count) {
  if (count < 1000) return `${count} ${count === 1 ? "byte" : "bytes"}`;
  if (count < 1e6) return `${(count / 1000).toFixed(1)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

/** "10,000". */
export function count(value) {
  return number.format(value);
}

/** "1st", "2nd", "3rd", "11th". */
export function ordinal(value) {
  const tens = value % 100;
  const ending = tens > 10 && tens < 14 ? "th" : ["th", "st", "nd", "rd"][value % 10] ?? "th";
  return `${value}${ending}`;
}

/**
 * A path with its ids shortened to their last digits, so that the words in it can be read.
 *
 * @param {string} path
 * @returns {Node[]}
 */
export function shortPath(path) {
  // The id before a token says nothing: it is the application's, or the interaction's.
  return path.replace(/\d+\/\*{3}/, "***").split(/(\d{15,}|\*{3})/).filter(Boolean).map((part) => (
    /^\d{15,}$|^\*{3}$/.test(part)
      ? h("span", { class: "path-id" }, part === "***" ? "•••" : `…${part.slice(-4)}`)
      : part));
}
