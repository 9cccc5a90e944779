/**
 * A REST call as a line for a shell. Tokens are no part of the traffic: the line has variables in
 * their place.
 */

/**
 * @param {object} item a REST item of the feed
 * @param {string} origin where the playground is
 * @returns {string|null} null where the body is longer than what was kept of it
 */
export function curlOf(item, origin) {
  if (item.request?.cut) return null;
  const path = item.path.replace(/["\\$`]/g, "\\$&").replaceAll("***", "$INTERACTION_TOKEN");
  const query = item.query ? `?${item.query.replace(/["\\$`]/g, "\\$&")}` : "";
  const lines = [`curl${item.method === "GET" ? "" : ` -X ${item.method}`}`
    + ` "${origin}/api/v10${path}${query}"`];
  const token = { bot: "Bot $DISCORD_TOKEN", person: "$USER_TOKEN" }[item.from];
  if (token && item.who !== "webhook") lines.push(`-H "Authorization: ${token}"`);
  lines.push(...bodyOf(item));
  return lines.join(" \\\n  ");
}

function bodyOf({ request, uploads }) {
  const isJson = request?.type === "json";
  const payload = isJson ? JSON.stringify(request.value) : request?.text;
  if (uploads?.length) {
    const files = uploads.map((file, index) => `-F ${quoted(`files[${index}]=@${file.filename}`)}`);
    return payload ? [`--form-string ${quoted(`payload_json=${payload}`)}`, ...files] : files;
  }
  if (!payload) return [];
  return ['-H "Content-Type: application/json"', `-d ${quoted(payload)}`];
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
