import { post } from "../request.js";

const SEEN = 1500;

/** A badge that was just given: shown once, in nobody's way. What was on the screen for a moment is not shown again. */
class BadgeMoment extends HTMLElement {
  connectedCallback() {
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.report();
      this.classList.add("is-leaving");
      setTimeout(() => this.remove(), 200);
    });
    this.observer = new IntersectionObserver(([entry]) => {
      clearTimeout(this.timer);
      if (entry.isIntersecting && document.visibilityState === "visible") this.timer = setTimeout(() => this.report(), SEEN);
    });
    this.observer.observe(this);
    this.wake = () => { this.observer.unobserve(this); this.observer.observe(this); };
    document.addEventListener("visibilitychange", this.wake);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.observer?.disconnect();
    document.removeEventListener("visibilitychange", this.wake);
  }

  report() {
    if (this.reported) return;
    this.reported = true;
    post(this.dataset.seenUrl, { award: this.dataset.award }).then((response) => { this.reported = response.ok; }, () => { this.reported = false; });
  }
}
customElements.define("badge-moment", BadgeMoment);

/** A moment that arrives while the page is open; the same award is never shown twice on it. */
export function showMoment({ award, html }) {
  const region = document.getElementById("moments");
  if (!html || !region || region.querySelector(`[data-award="${Number(award)}"]`)) return;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  region.append(holder.content);
}
