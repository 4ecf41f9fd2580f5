import { applyFragment, parse } from "../fragments.js";
import { post } from "../request.js";

const CALM = 1500;
// Half of a post, or half a screen of a long one, was in sight.
const STEPS = [0, .1, .25, .5, .75, 1];
const isSeen = ({ isIntersecting, intersectionRatio, intersectionRect }) => isIntersecting && (intersectionRatio >= .5 || intersectionRect.height >= innerHeight / 2);

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
    this.sight = new IntersectionObserver((entries) => this.look(entries), { threshold: STEPS });
    this.arrivals = new MutationObserver(() => this.watchPosts());
    this.arrivals.observe(this, { childList: true, subtree: true });
    this.onShow = () => (document.visibilityState === "visible" ? this.watchPosts() : this.note(true));
    this.onLeave = () => this.note(true);
    document.addEventListener("visibilitychange", this.onShow);
    addEventListener("pagehide", this.onLeave);
    this.watchPosts();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:beforeSwap", this.onSwap);
    document.removeEventListener("visibilitychange", this.onShow);
    removeEventListener("pagehide", this.onLeave);
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
    for (const entry of entries) {
      if (isSeen(entry)) this.seen = Math.max(this.seen, Number(entry.target.dataset.number));
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.note(), CALM);
  }

  /** Tells the house how far she has come; what she saw before she `leaves` or hides the page is told still. */
  async note(leaves = false) {
    if (this.seen <= this.sent || !(leaves || document.visibilityState === "visible")) return;
    const number = this.seen;
    const before = this.sent;
    this.sent = number;
    try {
      if (!(await post(this.dataset.readUrl, { number }, { keepalive: leaves })).ok) this.sent = before;
    } catch {
      this.sent = before; // Offline: the next post that comes into sight tries again.
    }
  }
}
customElements.define("topic-live", TopicLive);
