import { showToast } from "../toasts.js";

/** Her words were taken and wait for a moderator: said once, and shown above the box where she wrote them. */
export async function showWaiting(room, { message }) {
  showToast({ title: message, icon: "clock" });
  const response = await fetch(room.dataset.url, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-waiting]");
  if (fresh) room.querySelector("[data-waiting]")?.replaceWith(document.adoptNode(fresh));
}
