/** Times as a chat shows them: short in a head, relative in `<t:…:R>`, complete in a tooltip. */

import { h } from "./dom.js";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const longDate = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const longTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const longDateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

// Discord's styles of <t:seconds:style>; R is not among them because it goes on changing.
const STYLES = {
  t: clock,
  T: longTime,
  d: new Intl.DateTimeFormat(undefined),
  D: longDate,
  f: longDateTime,
  F: full,
};

const UNITS = [
  ["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60],
];

/** "14:03" today, "Yesterday, 14:03" or the date before. */
export function shortTime(moment, now = new Date()) {
  const days = Math.round((startOfDay(now) - startOfDay(moment)) / 86400000);
  if (days === 0) return clock.format(moment);
  if (days === 1) return `Yesterday, ${clock.format(moment)}`;
  return `${date.format(moment)}, ${clock.format(moment)}`;
}

/** "14:03", for the margin of a message that follows another. */
export function clockTime(moment) {
  return clock.format(moment);
}

/** The day, for the line between two days. */
export function dayName(moment) {
  return longDate.format(moment);
}

/** Whether two moments fall on one day here. */
export function sameDay(a, b) {
  return startOfDay(a).getTime() === startOfDay(b).getTime();
}

/** "in 5 minutes", "3 seconds ago". */
export function relativeTime(moment, now = new Date()) {
  const seconds = Math.round((moment - now) / 1000);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, "second");
}

/** A `<time>` with a tooltip that says it completely. */
export function timeElement(moment, text, props = {}) {
  return h("time", { datetime: moment.toISOString(), title: full.format(moment), ...props }, text);
}

/** Discord's `<t:seconds:style>`; null where the seconds are no time at all. */
export function discordTimestamp(seconds, style = "f") {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime())) return null;
  if (style !== "R") {
    return timeElement(moment, STYLES[style].format(moment), { class: "timestamp" });
  }
  return timeElement(moment, relativeTime(moment), {
    class: "timestamp",
    dataset: { relative: "" },
  });
}

/** Keep all relative times of the page true; called once. */
export function startClock() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      const text = relativeTime(new Date(element.dateTime));
      if (element.textContent !== text) element.textContent = text;
    }
  }, 1000);
}

function startOfDay(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}
