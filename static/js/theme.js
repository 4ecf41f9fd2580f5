// A classic script, loaded before first paint: a chosen theme must not flash the other one. Everything else is a module.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be refused; then the reader's system setting decides.
}
