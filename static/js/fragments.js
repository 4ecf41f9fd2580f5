import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";
import { htmx } from "./htmx.js";

const memberId = () => document.body.dataset.memberId;

/** Broadcast HTML is neutral: the reader's own controls and own reactions are known only here. */
export function personalise(root = document) {
  const own = memberId();
  for (const part of root.querySelectorAll(".own-only[data-owner]")) part.hidden = part.dataset.owner !== own;
}

export function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

const keepsOpen = (name, node) => name === "open" && node.tagName === "DETAILS";
const keepsOwn = (name, node) => name === "aria-pressed" || (name === "hidden" && node.matches(".own-only"));

function callbacks(neutral) {
  return {
    beforeAttributeUpdated: (name, node) => !(keepsOpen(name, node) || (neutral && keepsOwn(name, node))),
  };
}

export function morph(target, html, { neutral = false, morphStyle = "outerHTML" } = {}) {
  const nodes = Idiomorph.morph(target, html, { morphStyle, ignoreActiveValue: true, callbacks: callbacks(neutral) });
  for (const node of nodes) settle(node);
}

function settle(node) {
  if (!(node instanceof Element)) return;
  htmx.process(node);
  personalise(node.parentElement ?? document);
}

/** One live event: replace the element of the same id, else place it; or take one away. */
export function applyFragment({ html, into, at = "end", remove }) {
  if (remove) document.getElementById(remove)?.remove();
  if (!html) return;
  const fresh = parse(html).firstElementChild;
  if (!fresh) return;
  const stale = fresh.id && document.getElementById(fresh.id);
  if (stale) return morph(stale, fresh.outerHTML, { neutral: true });
  const place = document.getElementById(into);
  if (!place) return;
  place[at === "start" ? "prepend" : "append"](fresh);
  // A list that shows only its newest lines (data-limit) lets its oldest go.
  const most = at === "start" ? Number(place.dataset.limit ?? Infinity) : Infinity;
  while (place.childElementCount > most) place.lastElementChild.remove();
  fresh.classList.add("is-new");
  settle(fresh);
}
