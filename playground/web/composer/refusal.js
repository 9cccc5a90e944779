/** Which options the server's refusal of a command is about. */

/**
 * @param {import("../api.js").ApiError} error
 * @param {import("./field.js").Field[]} sent the fields in the order they were sent
 * @returns {{field: object, reason: string}[]}
 */
export function blamedFields(error, sent) {
  let node = error.body?.errors?.data?.options;
  // A subcommand's options lie inside it: options.0.options.2.
  while (node?.[0]?.options) node = node[0].options;
  return Object.entries(node ?? {})
    .map(([index, wrong]) => ({ field: sent[index], reason: firstMessage(wrong) }))
    .filter(({ field, reason }) => field && reason);
}

function firstMessage(node) {
  if (!node || typeof node !== "object") return "";
  return node._errors?.[0]?.message
    ?? Object.values(node).map(firstMessage).find(Boolean) ?? "";
}
