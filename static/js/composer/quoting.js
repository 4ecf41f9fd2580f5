const MOST = 600;
let chosen = { post: "", words: "" };

/** What was last selected inside one post: a click on "quote" may already have taken the selection away. */
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  const body = selection.anchorNode?.parentElement?.closest(".post-body");
  const post = body?.closest(".post");
  if (post && body.contains(selection.focusNode)) chosen = { post: post.id.replace("post-", ""), words: selection.toString() };
});

function wordsOf(id) {
  if (chosen.post === id && chosen.words.trim()) return chosen.words;
  const copy = document.querySelector(`#post-${CSS.escape(id)} .post-body`)?.cloneNode(true);
  for (const quote of copy?.querySelectorAll("blockquote") ?? []) quote.remove();
  return (copy?.innerText ?? copy?.textContent ?? "").slice(0, MOST);
}

/** Puts the chosen words into the box as a quote that remembers where they were said. */
function quote(composer, id) {
  const lines = wordsOf(id).trim().split(/\n+/).map((line) => `> ${line.trim()}`);
  const { text } = composer;
  const lead = text.value.trim() ? `${text.value.trimEnd()}\n\n` : "";
  text.value = `${lead}> [quote:${id}]\n${lines.join("\n>\n")}\n\n`;
  chosen = { post: "", words: "" };
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
  text.scrollIntoView({ block: "center" });
}

const showButtons = () => {
  for (const button of document.querySelectorAll("[data-quote][hidden]:is(button)")) button.hidden = false;
};

export function offerQuotes(composer) {
  if (!document.querySelector("topic-live")) return;
  showButtons();
  const arrivals = new MutationObserver(showButtons);
  arrivals.observe(document.querySelector("topic-live"), { childList: true, subtree: true, attributeFilter: ["hidden"] });
  const onClick = (event) => {
    const button = event.target.closest?.("button[data-quote]");
    if (button && document.contains(composer)) quote(composer, button.dataset.quote);
  };
  document.addEventListener("click", onClick);
  return () => {
    arrivals.disconnect();
    document.removeEventListener("click", onClick);
  };
}
