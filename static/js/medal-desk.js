// The badge's form in the admin: the medal is drawn anew as its parts are chosen. Without this it is drawn at each save.
function compose(box) {
  const form = box.closest("form");
  const picture = box.querySelector(".prog-stage img");
  const parts = ["scope", "metal", "shape", "enamel", "motif", "ground", "ribbon", "cloth", "accent"];
  const draw = () => {
    const data = new FormData(form);
    const query = new URLSearchParams(parts.map((part) => [part, data.get(part) ?? ""]));
    picture.src = `${box.dataset.medal}?${query}`;
  };
  form.addEventListener("change", (event) => {
    if (parts.includes(event.target.name)) draw();
  });
}

const equip = () => document.querySelectorAll("[data-medal]").forEach(compose);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", equip);
else equip();
