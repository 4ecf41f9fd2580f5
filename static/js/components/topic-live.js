import { applyFragment, parse } from "../fragments.js";
import { post } from "../request.js";

const CALM = 1500;

/**
 * An open topic. Notes how far its reader has come, once posts have been on a screen that she looks at; and places her
 * own answer by the same rule as one that arrives live, so that it stands there once, whichever comes first.
 */
class TopicLive extends HTMLElement {
  connectedCallback() {
    this.seen = 0;
    this.sent = 0;
    this.onSwap = (event) => this.place(event);
    document.addEventListener("htmx:beforeSwap", this.onSwap);
    if (!this.dataset.readUrl) return;
    this.sight = new IntersectionObserver((entries) => this.look(entries));
    this.arrivals = new MutationObserver(() => this.watchPosts());
    this.arrivals.observe(this, { childList: true, subtree: true });
    this.onShow = () => this.watchPosts();
    document.addEventListener("visibilitychange", this.onShow);
    this.watchPosts();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:beforeSwap", this.onSwap);
    document.removeEventListener("visibilitychange", this.onShow);
    this.sight?.disconnect();
    this.arrivals?.disconnect();
    clearTimeout(this.timer);
  }

  place(event) {
    const { target, xhr } = event.detail;
    if (xhr.status !== 200 || !target.classList.contains("post-list")) return;
    event.detail.shouldSwap = false;
    for (const part of [...parse(xhr.responseText).children]) applyFragment({ html: part.outerHTML, into: target.id });
    this.forgive(event.detail.requestConfig.elt);
  }

  /** What was wrong with the try before is no longer wrong. */
  forgive(form) {
    for (const error of form.querySelectorAll(".field-error, .notice")) error.remove();
    form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  }

  watchPosts() {
    this.sight.disconnect();
    for (const article of this.querySelectorAll(".post[data-number]")) this.sight.observe(article);
  }

  look(entries) {
    if (document.visibilityState !== "visible") return;
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) this.seen = Math.max(this.seen, Number(target.dataset.number));
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.note(), CALM);
  }

  async note() {
    if (this.seen <= this.sent || document.visibilityState !== "visible") return;
    const number = this.seen;
    try {
      if ((await post(this.dataset.readUrl, { number })).ok) this.sent = number;
    } catch {
      // Offline: the next post that comes into sight tries again.
    }
  }
}
customElements.define("topic-live", TopicLive);
