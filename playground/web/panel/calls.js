/** The playground's own routes: what waits, faults, the gateway, the clock, rate limits. */

import { ApiError } from "../api.js";

/** Interactions that are not answered yet. */
export const getQueue = () => call("GET", "queue");

/** The faults that are set, oldest first. */
export const getFaults = async () => (await call("GET", "faults")).faults;

/** Set a fault; the server's document of it. */
export const addFault = async (fault) => (await call("POST", "faults", fault)).fault;

/** Take one fault away, or all. */
export const removeFault = (id) => call("DELETE", `faults/${id}`);
export const removeFaults = () => call("DELETE", "faults");

/** Do something to the bot's connections; how many it struck. */
export const strikeGateway = async (what) => (await call("POST", "gateway", what)).connections;

/** The playground's time: `{now, ahead_s}`. */
export const getClock = () => call("GET", "clock");

/** Move the playground's time forward. */
export const advanceClock = (seconds) => call("POST", "clock", { ahead_s: seconds });

/** The rate limits, and how many invalid requests were counted. */
export const getRateLimits = () => call("GET", "ratelimits");
export const setRateLimits = (what) => call("POST", "ratelimits", what);
export const resetRateLimits = () => call("DELETE", "ratelimits");

async function call(method, path, body = undefined) {
  let response;
  try {
    response = await fetch(`/playground/${path}`, {
      method,
      cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, { message: "The playground does not answer." });
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = { message: text };
  }
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}
