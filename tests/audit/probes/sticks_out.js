// How much wider than the screen the page is, and who sticks out most. What scrolls in a box of its own does not count.
() => {
  const room = document.documentElement.clientWidth;
  const over = Math.max(0, document.documentElement.scrollWidth - room);
  const clipped = (el) => {
    for (let up = el.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const path = (el) => el.tagName.toLowerCase() + (el.id ? `#${el.id}` : "") + [...el.classList].map((c) => `.${c}`).join("");
  if (!over) return [0, []];
  const who = [...document.body.querySelectorAll("*")]
    .map((el) => [el, el.getBoundingClientRect().right - room])
    .filter(([el, by]) => by > 1 && !clipped(el))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4);
  return [over, who.map(([el, by]) => `${path(el)} by ${Math.round(by)}px`)];
}
