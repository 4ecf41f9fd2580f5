const SECONDS = 7;

function leave(toast) {
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), 200);
}

function arm(toast) {
  let timer;
  const start = () => { timer = setTimeout(leave, SECONDS * 1000, toast); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusout", start);
  start();
}

/** The way on: a link that a page has already, or the address within the house and the words of one to be made. */
function link(way) {
  if (way instanceof Element) return way;
  const made = document.createElement("a");
  made.setAttribute("href", `/${way.url.replace(/^\/+/, "")}`);
  made.textContent = way.text;
  return made;
}

/** Texts arrive in the member's language; the template brings icons and the close button. Of the kind "tier" it is dressed for a feast. */
export function showToast({ title = "", text = "", icon, amount, way, kind } = {}) {
  const region = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!region || !template) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast-title").textContent = title;
  toast.querySelector(".toast-text").textContent = text;
  if (way) toast.querySelector(".toast-text").append(" ", link(way));
  toast.querySelector(".toast-amount").textContent = amount ?? "";
  if (icon && /^[a-z0-9-]+$/.test(icon)) {
    const use = toast.querySelector(".toast-mark use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#${icon}`));
  }
  toast.classList.toggle("is-tier", kind === "tier");
  region.append(toast);
  arm(toast);
}

export function showPrepared(id) {
  const region = document.getElementById("toasts");
  const template = document.getElementById(id);
  if (!region || !template || region.querySelector(`[data-from="${id}"]`)) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.from = id;
  region.append(toast);
  arm(toast);
}

document.addEventListener("click", (event) => {
  const close = event.target.closest?.(".toast-close");
  if (close) leave(close.closest(".toast"));
});
document.querySelectorAll("#toasts > .toast").forEach(arm);
document.addEventListener("htmx:sendError", () => showPrepared("toast-offline"));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const holder = document.createElement("template");
  holder.innerHTML = xhr.responseText;
  const problem = holder.content.querySelector("[data-problem]");
  const way = problem?.querySelector("a");
  way?.remove();
  const refusal = problem?.textContent.trim();
  if (refusal) showToast({ title: refusal, icon: "triangle-alert", way });
  else showPrepared(xhr.status === 429 ? "toast-slow-down" : "toast-failed");
});
