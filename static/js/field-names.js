// Wagtail's rich text fields, and the file of a translation, have no name that is read aloud: a field's label points at the hidden field
// behind it, the file lies behind a button. Here they are called by the words that stand beside them, whenever one comes.
const UNNAMED = ".Draftail-Editor [role=textbox]:not([aria-label]), input[type=file]:not([aria-label], [id])";

const words = (field) => {
  const beside = field.type === "file" ? field.form?.parentElement.querySelector("button") : field.closest("[data-contentpath]")?.querySelector("label");
  const said = beside?.cloneNode(true);
  for (const mark of said?.querySelectorAll(".w-required-mark") ?? []) mark.remove();
  return said?.textContent.trim();
};

const call = () => {
  for (const field of document.querySelectorAll(UNNAMED)) {
    const name = words(field);
    if (name) field.setAttribute("aria-label", name);
  }
};

let asked = false;
new MutationObserver(() => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    call();
  });
}).observe(document.documentElement, { childList: true, subtree: true });
call();
