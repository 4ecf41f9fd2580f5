// Targets below 44 px. One that stands in a sentence may be smaller (WCAG 2.5.8); a box inside its label is as large as
// the label; a target may be enlarged by an absolute ::after.
() => {
  const all = "a[href],button,summary,select,textarea,input:not([type=hidden]),[role=button],[role=tab]";
  const name = (el) => el.tagName.toLowerCase() + [...el.classList].slice(0, 2).map((c) => `.${c}`).join("");
  const path = (el) => {
    const holder = el.parentElement && el.parentElement.closest("[class]");
    return `${holder ? `${name(holder)} > ` : ""}${name(el)}`;
  };
  const inSentence = (el) =>
    getComputedStyle(el).display.startsWith("inline") &&
    el.closest("p,li,dd,td,figcaption,cite,small,label") &&
    [...el.parentElement.childNodes].some((node) => node !== el && node.textContent.trim().length > 2);
  const found = [];
  for (const el of document.querySelectorAll(all)) {
    if (!el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (el.closest("[aria-hidden=true],[inert]") || el.tabIndex < 0 || el.disabled) continue;
    let { width, height, left, top } = el.getBoundingClientRect();
    if (left + width < 1 || top + height < 1) continue; // waits outside the screen, such as a skip link
    const label = el.labels && el.labels[0];
    if (label && (["checkbox", "radio"].includes(el.type) || (el.type === "file" && label.contains(el)))) ({ width, height } = label.getBoundingClientRect());
    const after = getComputedStyle(el, "::after");
    if (after.content !== "none" && after.position === "absolute") {
      width = Math.max(width, parseFloat(after.width) || 0);
      height = Math.max(height, parseFloat(after.height) || 0);
    }
    if ((width >= 43.5 && height >= 43.5) || inSentence(el)) continue;
    const words = (el.innerText || el.ariaLabel || "").trim().slice(0, 24);
    found.push(`${path(el)} “${words}” ${Math.round(width)}×${Math.round(height)}`);
  }
  return found;
}
