// The identity's form in the admin: a picker beside each colour's text, kept equal. Without it the text alone does.
const HEX = /^#[0-9a-f]{6}$/i;

function equip(box) {
  const text = box.querySelector('input[type="text"]');
  const swatch = box.querySelector(".look-swatch");
  const picker = document.createElement("input");
  picker.type = "color";
  picker.setAttribute("aria-label", text.getAttribute("aria-label") || document.querySelector(`label[for="${text.id}"]`)?.textContent?.trim() || text.name);
  const shown = () => (HEX.test(text.value) ? text.value : text.placeholder);
  picker.value = shown();
  picker.addEventListener("input", () => {
    text.value = picker.value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.dispatchEvent(new Event("change", { bubbles: true }));
  });
  text.addEventListener("input", () => {
    if (!HEX.test(shown())) return;
    picker.value = shown();
    swatch?.querySelector("rect")?.setAttribute("fill", shown());
  });
  text.after(picker);
}

function equipAll() {
  for (const box of document.querySelectorAll("[data-look-colour]")) equip(box);
}

// The admin names its scripts in the head.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", equipAll);
else equipAll();
