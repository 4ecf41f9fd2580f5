import { parse } from "../fragments.js";

const CALM = 300;

/**
 * A poll on an open page. When somebody chooses, it asks for its own numbers (what a reader may see differs) and takes
 * over only those: a choice that was made and not sent yet stays.
 */
class TopicPoll extends HTMLElement {
  connectedCallback() {
    this.onChange = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.refresh(), CALM + Math.random() * CALM);
    };
    document.addEventListener("poll-changed", this.onChange);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("poll-changed", this.onChange);
  }

  async refresh() {
    const answer = await fetch(this.dataset.url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = parse(await answer.text());
    for (const part of this.querySelectorAll("[data-live]")) {
      const news = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!news) continue;
      if (part.tagName === "PROGRESS") part.value = news.getAttribute("value");
      else part.textContent = news.textContent;
    }
  }
}
customElements.define("topic-poll", TopicPoll);
