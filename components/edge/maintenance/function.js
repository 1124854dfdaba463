// Runs at CloudFront's edge (cloudfront-js-2.0) before a request leaves for the application: in maintenance it answers 503.
// That runtime is ECMAScript 5.1 with a few later features and nothing of Node: no BigInt, destructuring or spread here.
import cf from "cloudfront";

const store = cf.kvs();

async function handler(event) {
  const request = event.request;
  // Route 53, the canary and releases ask it: maintenance is not an outage of the platform.
  if (request.uri === "/health") return request;
  const state = await maintenance();
  if (state === undefined) return request;
  // The verb that turned it on asks as a stranger does, wherever it runs: with this header nobody is let through.
  const probe = request.headers["x-maintenance-probe"] !== undefined;
  if (!probe && isAllowed(event.viewer.ip, state.allow)) return request;
  return unavailable(state, wantsJson(request.headers));
}

/** What the verb wrote; undefined when there is no maintenance, and when nobody can tell: then visitors pass. */
async function maintenance() {
  let text;
  try {
    text = await store.get("maintenance");
  } catch (error) {
    // Before the first maintenance there is no key, on each request: a line in the log would be one for every visitor.
    return undefined;
  }
  try {
    const state = JSON.parse(text);
    return state.on === true ? state : undefined;
  } catch (error) {
    console.log("the value of the key maintenance is not what the verb writes: " + error);
    return undefined;
  }
}

function isAllowed(ip, allow) {
  if (!Array.isArray(allow)) return false;
  const address = groupsOf(ip);
  if (address === undefined) return false;
  for (let i = 0; i < allow.length; i++) {
    if (isIn(address, String(allow[i]))) return true;
  }
  return false;
}

function isIn(address, range) {
  const parts = range.split("/");
  const network = groupsOf(parts[0]);
  if (network === undefined || network.length !== address.length || parts.length > 2) return false;
  const whole = network.length * 16;
  const bits = parts.length === 1 ? whole : /^[0-9]{1,3}$/.test(parts[1]) ? Number(parts[1]) : -1;
  if (bits < 0 || bits > whole) return false;
  for (let i = 0; i * 16 < bits; i++) {
    const mask = bits - i * 16 >= 16 ? 0xffff : (0xffff << (16 - (bits - i * 16))) & 0xffff;
    if ((address[i] & mask) !== (network[i] & mask)) return false;
  }
  return true;
}

/** An address as numbers of 16 bits, two or eight of them; undefined when it is none. */
function groupsOf(ip) {
  if (ip.indexOf(":") < 0) return groupsOfV4(ip);
  const halves = ip.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOfV6(halves[0]);
  const tail = groupsOfV6(halves.length === 2 ? halves[1] : "");
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const middle = [];
  for (let i = 0; i < missing; i++) middle.push(0);
  return head.concat(middle, tail);
}

function groupsOfV4(ip) {
  if (!/^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(ip)) return undefined;
  const bytes = ip.split(".").map(Number);
  for (let i = 0; i < 4; i++) if (bytes[i] > 255) return undefined;
  return [bytes[0] * 256 + bytes[1], bytes[2] * 256 + bytes[3]];
}

function groupsOfV6(text) {
  if (text === "") return [];
  const groups = text.split(":");
  for (let i = 0; i < groups.length; i++) if (!/^[0-9a-fA-F]{1,4}$/.test(groups[i])) return undefined;
  return groups.map(function (group) {
    return parseInt(group, 16);
  });
}

function wantsJson(headers) {
  const accept = headers.accept === undefined ? "" : headers.accept.value;
  const host = headers.host === undefined ? "" : headers.host.value;
  return accept.indexOf("application/json") >= 0 || host.indexOf("api.") === 0;
}

function unavailable(state, json) {
  const message = typeof state.message === "string" ? state.message : "";
  const headers = {
    "cache-control": { value: "no-store" },
    "content-type": { value: json ? "application/json" : "text/html; charset=utf-8" },
    "x-maintenance": { value: String(state.id) },
  };
  // Seconds, or a date as HTTP writes it.
  if (state.retryAfter !== undefined) headers["retry-after"] = { value: String(state.retryAfter) };
  return {
    statusCode: 503,
    statusDescription: "Service Unavailable",
    headers: headers,
    body: { encoding: "text", data: json ? asJson(message) : asHtml(message) },
  };
}

function asJson(message) {
  return JSON.stringify({
    error: "maintenance",
    message: message || "The service is down for maintenance. / ただいまメンテナンス中です。",
  });
}

function asHtml(message) {
  const escaped = message.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return (
    '<!doctype html><html lang="ja"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">' +
    "<title>メンテナンス中 / Maintenance</title><style>body{font-family:system-ui,sans-serif;max-width:36rem;" +
    "margin:15vh auto;padding:0 1rem;line-height:1.7;color:#222}</style></head><body>" +
    "<h1>ただいまメンテナンス中です</h1><p>ご不便をおかけします。しばらくしてからもう一度お試しください。</p>" +
    '<div lang="en"><h2>Down for maintenance</h2><p>Please try again in a little while.</p></div>' +
    (escaped === "" ? "" : "<p>" + escaped + "</p>") +
    "</body></html>"
  );
}
