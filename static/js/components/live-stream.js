import { applyFragment, morph, parse } from "../fragments.js";
import { connect } from "../socket.js";

const CALM = 150;

/**
 * A part of the page that follows a stream. Events bring fragments; kinds named in `refresh-on`, a gap or a fresh
 * connection make the element fetch its page again and take over its own part.
 */
class LiveStream extends HTMLElement {
  connectedCallback() {
    if (!document.body.dataset.ws) return;
    const kinds = (this.getAttribute("refresh-on") ?? "").split(/\s+/).filter(Boolean);
    this.stop = connect().subscribe(this.getAttribute("stream"), {
      after: Number(this.getAttribute("after") ?? 0),
      onEvent: (kind, data) => (kinds.includes(kind) ? this.refreshSoon() : this.apply(data)),
      onResync: () => this.refreshSoon(),
      // It may not be heard here any more: moved away, joined with another, or behind a closed door. The page says which.
      onDenied: () => this.refreshSoon(),
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    if (typeof this.stop === "function") this.stop();
  }

  /** An event carries one fragment, or several in `changes`. */
  apply(data) {
    if (data.poll) document.dispatchEvent(new CustomEvent("poll-changed"));
    for (const change of data.changes ?? [data]) applyFragment(change);
  }

  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), CALM);
  }

  async refresh() {
    const response = await fetch(location.href, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    if (response.status === 404) return location.reload(); // it was taken away: the page says so
    if (!response.ok) return;
    const stream = CSS.escape(this.getAttribute("stream"));
    const fresh = parse(await response.text()).querySelector(`live-stream[stream="${stream}"]`);
    if (!fresh && response.redirected) return location.assign(response.url); // it was joined with another topic
    if (fresh) morph(this, fresh.innerHTML, { morphStyle: "innerHTML" });
  }
}
customElements.define("live-stream", LiveStream);
