import { csrfToken } from "../request.js";

/**
 * One act over HTTP, answered as JSON. Resolves to the answer; rejects with the house's refusal `{code, message,
 * retry_after}`, with `{code: "waits"}` for words that a moderator reads first, or with a plain Error when nobody answered.
 */
export async function knock(url, fields) {
  const response = await fetch(url, {
    method: fields ? "POST" : "GET",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
    body: fields && new URLSearchParams(fields),
  });
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const answer = isJson ? await response.json() : {};
  if (answer.waits) throw answer.waits;
  if (response.ok && isJson) return answer;
  if (response.status >= 500) throw new Error("no answer");
  throw { code: "failed", message: "", ...answer.error, retry_after: Number(response.headers.get("Retry-After")) || undefined };
}
