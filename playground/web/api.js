/** The playground's REST, called as one user, as Discord's own client calls Discord's. */

/** What the server refused, with Discord's error body. */
export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status, 0 where the server was not reached
   * @param {object} body `{code, message, errors?}`
   */
  constructor(status, body) {
    super(describeError(status, body));
    this.name = "ApiError";
    this.status = status;
    this.code = body?.code ?? 0;
    this.body = body ?? {};
  }
}

/** The playground's users, bot and channels (its own route: Discord has none like it). */
export async function playgroundState() {
  return request("GET", "/playground/state");
}

/** Calls as one user. */
export class Api {
  /** @param {string} token the user's token */
  constructor(token) {
    this.token = token;
  }

  /** The latest messages of a channel, newest first; with `before`, those before that id. */
  messages(channelId, { before = null, limit = 50 } = {}) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (before) query.set("before", before);
    return this.#call("GET", `/channels/${channelId}/messages?${query}`);
  }

  /** Post a message: Discord's body, and the files that its `attachments` describe. */
  post(channelId, body, files = []) {
    return this.#call("POST", `/channels/${channelId}/messages`, body, files);
  }

  /** Delete a message. */
  remove(channelId, messageId) {
    return this.#call("DELETE", `/channels/${channelId}/messages/${messageId}`);
  }

  /** Add one's reaction to a message, or take it back; `emoji` is itself or "name:id". */
  react(channelId, messageId, emoji, on) {
    const which = encodeURIComponent(emoji);
    return this.#call(on ? "PUT" : "DELETE",
      `/channels/${channelId}/messages/${messageId}/reactions/${which}/@me`);
  }

  /** Say that the user is typing. */
  typing(channelId) {
    return this.#call("POST", `/channels/${channelId}/typing`);
  }

  /** The commands usable in a channel: `{applications, application_commands, version}`. */
  commandIndex(channel) {
    const place = channel.guild_id ? `/guilds/${channel.guild_id}` : `/channels/${channel.id}`;
    return this.#call("GET", `${place}/application-command-index`);
  }

  /** Send an interaction; its outcome comes over the gateway. */
  interaction(payload, files = []) {
    return this.#call("POST", "/interactions", payload, files);
  }

  #call(method, path, body = undefined, files = []) {
    return request(method, `/api/v10${path}`, { token: this.token, body, files });
  }
}

async function request(method, path, { token = null, body = undefined, files = [] } = {}) {
  const headers = {};
  if (token) headers.Authorization = token;
  let payload;
  if (files.length) {
    payload = new FormData();
    payload.append("payload_json", JSON.stringify(body));
    files.forEach((file, index) => payload.append(`files[${index}]`, file, file.name));
  } else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    payload = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, { method, headers, body: payload, cache: "no-store" });
  } catch {
    throw new ApiError(0, { message: "The playground does not answer. Is it still running?" });
  }
  const text = await response.text();
  const answer = asJson(text);
  if (!response.ok) throw new ApiError(response.status, answer ?? { message: text });
  return answer;
}

function asJson(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** One readable sentence or more out of Discord's error body. */
function describeError(status, body) {
  const details = [...leafErrors(body?.errors)];
  if (details.length) return details.join(" ");
  if (status === 429 && body?.retry_after) {
    return `You are being rate limited. Try again in ${Math.ceil(body.retry_after)} s.`;
  }
  return body?.message || `The playground answered with status ${status}.`;
}

/** The messages at the leaves of `errors`, each with the field it is about. */
function* leafErrors(node, path = []) {
  if (!node || typeof node !== "object") return;
  for (const error of node._errors ?? []) {
    yield path.length ? `${path.join(".")}: ${error.message}` : error.message;
  }
  for (const [key, child] of Object.entries(node)) {
    if (key !== "_errors") yield* leafErrors(child, [...path, key]);
  }
}
