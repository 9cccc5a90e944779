/** What the panel offers to break: known routes, known refusals, and when. */

/** Routes a bot surely calls, with what a call of them means. */
export const ROUTES = [
  ["POST /interactions/*/callback", "an interaction is acknowledged"],
  ["PATCH /webhooks/*/messages/@original", "the answer is edited"],
  ["POST /webhooks/*", "a follow-up is sent"],
  ["POST /channels/*/messages", "a message is posted"],
  ["PATCH /channels/*/messages/*", "a message is edited"],
  ["* /**", "everything"],
];

/** Groups of what may happen: `[key, name, the document's "do"]`. */
export const EFFECTS = [
  ["Discord breaks", [
    ["500", "500 Internal Server Error", { status: 500 }],
    ["502", "502 Bad Gateway, as HTML", { status: 502, html: true }],
    ["503", "503 Service Unavailable", { status: 503 }],
  ]],
  ["Rate limits", [
    ["429", "429, try again in 2.5 s", { status: 429, retry_after: 2.5 }],
    ["429-global", "429, the global limit", { status: 429, retry_after: 2.5, global: true }],
    ["429-html", "429 of Cloudflare: HTML, no Via", { status: 429, html: true }],
  ]],
  ["Discord refuses", [
    ["50013", "403 50013 Missing Permissions", { status: 403, code: 50013 }],
    ["50001", "403 50001 Missing Access", { status: 403, code: 50001 }],
    ["50007", "403 50007 Cannot send messages to this user", { status: 403, code: 50007 }],
    ["50027", "401 50027 Invalid Webhook Token", { status: 401, code: 50027 }],
    ["10008", "404 10008 Unknown Message", { status: 404, code: 10008 }],
    ["10003", "404 10003 Unknown Channel", { status: 404, code: 10003 }],
    ["10062", "404 10062 Unknown interaction", { status: 404, code: 10062 }],
    ["40005", "413 40005 Request entity too large", { status: 413, code: 40005 }],
  ]],
  ["The answer is lost", [
    ["before", "Cut before anything is done", { drop: "before" }],
    ["after", "Carried out, its answer lost", { drop: "after" }],
    ["after-502", "Carried out, but answered with 502", { drop: "after", status: 502 }],
  ]],
  ["Else", [
    ["delay", "Only slow", {}],
    ["custom", "A status and code of your own", null],
  ]],
];

/** When a fault strikes: `[key, name, whether it takes a number]`. */
export const TIMES = [
  ["next", "the next call", false],
  ["nth", "the nth call, n =", true],
  ["every", "every nth call, n =", true],
  ["always", "every call", false],
];

/** Whose calls. */
export const CALLERS = [["bot", "the bot"], ["person", "people"], ["any", "anybody"]];

/** The close codes of the gateway that a client may meet, with what it should do. */
export const CLOSE_CODES = [
  [4000, "4000 Unknown error (resumes)"],
  [4009, "4009 Session timed out (resumes)"],
  [4007, "4007 Invalid seq (identifies anew)"],
  [1000, "1000 Normal (comes back)"],
  [1001, "1001 Going away (comes back)"],
  [4004, "4004 Authentication failed (fatal)"],
  [4014, "4014 Disallowed intents (fatal)"],
];

const STATUSES = { 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 413: "Too Large",
  429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
  503: "Service Unavailable", 504: "Gateway Timeout" };

/** What a fault's document says, in words: "403 50013 Missing Permissions after 2 s". */
export function effectInWords(effect) {
  const parts = [];
  if (effect.drop === "before") parts.push("cut before anything is done");
  if (effect.drop === "after") {
    parts.push(effect.status ? `carried out, answered with ${effect.status}`
      : "carried out, its answer lost");
  } else if (effect.status) {
    parts.push([effect.status, effect.code, effect.message ?? nameOf(effect),
      effect.html ? "as HTML" : null, effect.global ? "global" : null,
      effect.retry_after ? `try again in ${effect.retry_after} s` : null]
      .filter(Boolean).join(" "));
  }
  if (effect.delay) parts.push(`${parts.length ? "after " : "slow by "}${effect.delay} s`);
  return parts.join(", ");
}

/** The message of a known code, or what a status is called. */
function nameOf({ status, code }) {
  if (!code) return STATUSES[status] ?? null;
  const all = EFFECTS.flatMap(([, effects]) => effects);
  const known = all.find(([key]) => key === String(code));
  return known ? known[1].split(" ").slice(2).join(" ") : null;
}
