/** In service the cookie bears the prefix that ties it to this very host. */
export function csrfToken() {
  return document.cookie.match(/(?:^|;\s*)(?:csrftoken|__Host-csrf)=([^;]+)/)?.[1] ?? "";
}

/**
 * POST a form body to our own server with the token that shared pages may not carry. With `keepalive` it is sent even
 * while the page is being left.
 */
export function post(url, fields = {}, { keepalive = false } = {}) {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    keepalive,
    headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
    body: new URLSearchParams(fields),
  });
}
