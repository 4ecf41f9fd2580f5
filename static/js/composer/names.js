import "@github/text-expander-element";
import { signsFor } from "./signs.js";

function option(value, ...parts) {
  const line = document.createElement("li");
  line.setAttribute("role", "option");
  line.id = `offer-${Math.random().toString(36).slice(2)}`;
  line.dataset.value = value;
  for (const [name, words] of parts) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = words;
    line.append(part);
  }
  return line;
}

function menu(lines) {
  const list = document.createElement("ul");
  list.className = "composer-menu";
  list.setAttribute("role", "listbox");
  list.append(...lines);
  return { matched: lines.length > 0, fragment: list };
}

/**
 * After "@" members who may read along are offered, after ":" small signs. Typing on without choosing changes nothing.
 *
 * Only the answer to the last letter is shown: an older one that comes late would offer what was asked before it. Who
 * presses Enter or Tab while that answer is on its way means the list she sees: the key waits for it.
 */
export function offerNames(composer) {
  const expander = composer.querySelector("text-expander");
  const known = new Map();
  let asked = 0;
  let awaited = false;
  let chosen = false;

  function onlyLast(menu) {
    const turn = ++asked;
    awaited = true;
    return menu.then((found) => {
      if (turn !== asked) return new Promise(() => {});
      awaited = false;
      if (!found.matched) chosen = false;
      return found;
    });
  }

  composer.addEventListener(
    "keydown",
    (event) => {
      const plain = !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
      chosen = plain && awaited && ["Enter", "Tab"].includes(event.key) && Boolean(expander.querySelector(".composer-menu"));
      if (!chosen) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  expander.addEventListener("text-expander-activate", () => {
    if (!chosen) return;
    chosen = false;
    // The list is ready to be chosen from only after this event.
    queueMicrotask(() => expander.querySelector(".composer-menu [role=option]")?.click());
  });

  async function people(begun) {
    const url = new URL(composer.dataset.suggestUrl, location.href);
    url.searchParams.set("q", begun);
    if (!known.has(url.search)) {
      const answer = await fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } }).catch(() => null);
      if (!answer?.ok) return [];
      known.set(url.search, (await answer.json()).people);
    }
    return known.get(url.search);
  }

  expander.addEventListener("text-expander-change", ({ detail }) => {
    const { key, text, provide } = detail;
    if (key === ":") {
      provide(onlyLast(Promise.resolve(menu(signsFor(text).map(({ sign, words }) => option(sign, ["composer-sign", sign], ["composer-handle", words]))))));
    } else if (composer.dataset.suggestUrl && text.length < 31) {
      provide(onlyLast(people(text).then((found) => menu(found.map(({ handle, name }) => option(`@${handle}`, ["", name], ["composer-handle", `@${handle}`]))))));
    }
  });
  expander.addEventListener("text-expander-value", (event) => {
    event.detail.value = event.detail.item.dataset.value;
  });
}
