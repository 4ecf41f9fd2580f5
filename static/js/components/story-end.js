import { post } from "../request.js";

const STAY = 1200;

/** Stands after the last line of a story: once a member has stayed there a moment, the story counts as read. */
class StoryEnd extends HTMLElement {
  connectedCallback() {
    if (!document.body.dataset.memberId || !this.dataset.readUrl) return;
    this.observer = new IntersectionObserver(([entry]) => {
      clearTimeout(this.timer);
      if (entry.isIntersecting) this.timer = setTimeout(() => this.report(), STAY);
    });
    this.observer.observe(this);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.observer?.disconnect();
  }

  async report() {
    this.observer.disconnect();
    const response = await post(this.dataset.readUrl).catch(() => null);
    if (!response?.ok) this.connectedCallback();
  }
}
customElements.define("story-end", StoryEnd);
