const dark = matchMedia("(prefers-color-scheme: dark)");

function shown() {
  return document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
}

function choose(theme) {
  const asSystem = theme === (dark.matches ? "dark" : "light");
  if (asSystem) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (asSystem) localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Without storage the choice lasts for this page.
  }
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  const mark = () => button.setAttribute("aria-pressed", String(shown() === "dark"));
  mark();
  dark.addEventListener("change", mark);
  button.addEventListener("click", () => {
    choose(shown() === "dark" ? "light" : "dark");
    mark();
  });
}
