import { subscribe } from "@github/paste-markdown/dist/bundle.js";

const PAUSE = 300;

/** The composer keeps what was typed until the server has taken it: across a reload, a lost line, an error page. */
class PostComposer extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.form = this.closest("form");
    if (!this.text) return;
    this.stopPaste = subscribe(this.text);
    this.settleSent();
    this.restore();
    this.text.addEventListener("input", () => this.saveSoon());
    this.text.addEventListener("keydown", (event) => this.submitByKey(event));
    this.form?.addEventListener("submit", () => this.keep(":sent", "1"));
    this.form?.addEventListener("htmx:afterRequest", (event) => this.finish(event));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.stopPaste?.unsubscribe();
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
  }

  submitByKey(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.form?.requestSubmit();
  }

  finish(event) {
    if (event.detail.elt !== this.form) return;
    this.keep(":sent", "");
    if (!event.detail.successful) return;
    clearTimeout(this.timer);
    this.keep("", "");
    this.text.value = "";
    this.querySelector(".composer-preview")?.replaceChildren();
  }
}
customElements.define("post-composer", PostComposer);
