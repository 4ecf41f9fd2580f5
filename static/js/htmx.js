import htmx from "htmx.org/dist/htmx.esm.js";
import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";
import { csrfToken } from "./request.js";

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap: (style, target, fragment) =>
    style === "morph" ? Idiomorph.morph(target, fragment.children, { morphStyle: "outerHTML", ignoreActiveValue: true }) : false,
});

// A copied style attribute would be refused by the page's policy.
htmx.config.attributesToSettle = ["class"];

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

// A refused form comes back as 422 with its messages; it is content, not a failure. A refusal that is no form says so
// by "HX-Reswap: none" and becomes a toast.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status !== 422 || xhr.getResponseHeader("HX-Reswap") === "none") return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

export { htmx };
