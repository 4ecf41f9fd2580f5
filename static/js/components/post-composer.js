import { subscribe } from "@github/paste-markdown/dist/bundle.js";
import { Drafts } from "../composer/drafts.js";
import { offerNames } from "../composer/names.js";
import { Pictures } from "../composer/pictures.js";
import { offerQuotes } from "../composer/quoting.js";

const PAUSE = 300;

/**
 * The composer keeps what was typed until the server has taken it: in this browser at once (across a reload, a lost
 * line, a session that ended), on the server a moment later (for other devices).
 */
class PostComposer extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.form = this.closest("form");
    if (!this.text) return;
    this.stopPaste = subscribe(this.text);
    this.settleSent();
    this.restore();
    if (this.dataset.draftUrl) this.drafts = new Drafts(this);
    if (this.dataset.uploadUrl) this.pictures = new Pictures(this);
    if (this.querySelector("text-expander")) offerNames(this);
    this.stopQuotes = offerQuotes(this);
    this.text.addEventListener("input", () => this.saveSoon());
    this.drafts?.title?.addEventListener("input", () => this.drafts.changed());
    this.text.addEventListener("keydown", (event) => this.submitByKey(event));
    this.form?.addEventListener("submit", () => this.begin());
    this.form?.addEventListener("htmx:afterRequest", (event) => this.finish(event));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.stopPaste?.unsubscribe();
    this.drafts?.close();
    this.stopQuotes?.();
  }

  get key() {
    return this.dataset.draftKey && `draft:${this.dataset.draftKey}`;
  }

  keep(suffix, value) {
    if (!this.key) return;
    try {
      if (value) sessionStorage.setItem(this.key + suffix, value);
      else sessionStorage.removeItem(this.key + suffix);
    } catch {
      // Storage is full or refused: the text is still in the box.
    }
  }

  kept(suffix = "") {
    try {
      return this.key ? sessionStorage.getItem(this.key + suffix) : null;
    } catch {
      return null;
    }
  }

  forget() {
    this.keep("", "");
  }

  // After a plain submit the next page shows the box again: empty means taken, filled means refused.
  settleSent() {
    if (!this.kept(":sent")) return;
    this.keep(":sent", "");
    if (!this.text.value && this.text.getAttribute("aria-invalid") !== "true") this.keep("", "");
  }

  restore() {
    const draft = this.kept();
    if (draft && !this.text.value) this.text.value = draft;
  }

  saveSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep("", this.text.value), PAUSE);
    this.drafts?.changed();
  }

  submitByKey(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.form?.requestSubmit();
  }

  begin() {
    this.keep(":sent", "1");
    this.drafts?.stop();
    if (this.drafts) this.drafts.sending = true;
  }

  finish(event) {
    if (event.detail.elt !== this.form) return;
    this.keep(":sent", "");
    if (this.drafts) this.drafts.sending = false;
    if (!event.detail.successful) return;
    clearTimeout(this.timer);
    this.keep("", "");
    this.text.value = "";
    this.drafts?.sent();
    this.pictures?.clear();
    this.querySelector(".composer-preview")?.replaceChildren();
  }
}
customElements.define("post-composer", PostComposer);
