import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";
import { htmx } from "./htmx.js";

const memberId = () => document.body.dataset.memberId;

/** Broadcast HTML is neutral: the reader's own controls and own reactions are known only here. */
export function personalise(root = document) {
  const own = memberId();
  for (const part of root.querySelectorAll(".own-only[data-owner]")) part.hidden = part.dataset.owner !== own;
  for (const part of root.querySelectorAll(".own-only[data-members]")) part.hidden = !own;
  for (const part of root.querySelectorAll(".not-own[data-owner]")) part.hidden = part.dataset.owner === own;
}

const AUTHORED = [".message", ".post", ".topic-row", ".rail-links ", ".saved-post", ".found", ".chat-found > li", ".quote-from"]
  .map((kind) => `${kind}[data-author]`).join(", ");

/** A row that shows a post and its topic's title has two authors. */
const isBySome = (away, part) => part.dataset.author.split(" ").some((author) => away.has(author));

/** Words of somebody whom she blocked lie folded. What was broadcast does not know for whom: the page carries the list. */
export function fold(root) {
  const list = document.querySelector("template[data-folded]");
  if (!list) return;
  const away = new Set(list.dataset.folded.trim().split(" "));
  const parts = [...root.querySelectorAll(AUTHORED)];
  if (root.matches?.("[data-author]")) parts.push(root);
  for (const part of parts) {
    const isQuote = part.matches(".quote-from");
    if (!isBySome(away, part) || (isQuote ? part.previousElementSibling?.matches(".fold") : part.querySelector(":scope > .fold"))) continue;
    const line = list.content.firstElementChild.cloneNode(true);
    if (isQuote) part.before(line);
    else if (!part.matches(".is-hidden:has(.post-gone)")) part.prepend(line);
  }
}

/** She blocked somebody, or let somebody off, on another page: `away` are those whose words lie folded now. */
export function refold(away, line) {
  for (const list of document.querySelectorAll("template[data-folded]")) list.remove();
  const still = new Set(away);
  for (const part of document.querySelectorAll(AUTHORED)) {
    if (isBySome(still, part)) continue;
    if (part.matches(".quote-from")) part.previousElementSibling?.matches(".fold") && part.previousElementSibling.remove();
    else part.querySelector(":scope > .fold")?.remove();
  }
  if (!away.length) return;
  const list = document.createElement("template");
  list.dataset.folded = `${away.join(" ")} `;
  list.innerHTML = line;
  document.body.append(list);
  fold(document);
}

export function isFolded(author) {
  return Boolean(document.querySelector("template[data-folded]")?.dataset.folded.split(" ").includes(String(author)));
}

export function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

const keepsOpen = (name, node) => name === "open" && node.tagName === "DETAILS";
const keepsOwn = (name, node) =>
  name === "aria-pressed" || name === "data-saved" || (name === "hidden" && node.matches(".own-only, .not-own"));

const isTyped = (node) => node.matches("textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=submit])");
const isChanged = (box) => box.checked !== box.defaultChecked;

/** What she chose or typed and has not sent: news from around it leave it as it is, the other answers of its group too. */
function isUnsent(name, node) {
  if (name === "checked" && node.type === "radio" && node.form) {
    return [...node.form.querySelectorAll("input[type=radio]")].some((one) => one.name === node.name && isChanged(one));
  }
  if (name === "checked") return isChanged(node);
  if (name === "selected") return node.selected !== node.defaultSelected;
  return name === "value" && isTyped(node) && node.value !== node.defaultValue;
}

function callbacks(neutral) {
  return {
    beforeAttributeUpdated: (name, node) => !(keepsOpen(name, node) || isUnsent(name, node) || (neutral && keepsOwn(name, node))),
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
  fold(fresh);
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
