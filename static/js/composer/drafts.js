import { post } from "../request.js";

const IDLE = 2000;
const LONGEST = 10000;

/**
 * Keeps a box's words on the server: two seconds after the last key, ten seconds at most while typing goes on. Each save
 * carries a higher number than the one before; the server drops what is older than what it has, whichever way it came.
 */
export class Drafts {
  constructor(composer) {
    this.composer = composer;
    this.url = composer.dataset.draftUrl;
    this.form = composer.closest("form");
    this.tab = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    this.last = this.snapshot();
    this.onShow = () => document.visibilityState === "visible" ? this.look() : this.save();
    document.addEventListener("visibilitychange", this.onShow);
    composer.querySelector("[data-discard]")?.addEventListener("click", () => this.discard());
    composer.querySelector("[data-take]")?.addEventListener("click", () => this.take());
  }

  get field() { return this.form?.querySelector("[data-sequence]"); }
  get sequence() { return Number(this.field?.value || 0); }
  set sequence(number) { if (this.field) this.field.value = String(number); }
  get title() { return this.form?.querySelector("[name='title']"); }

  snapshot() {
    return JSON.stringify([this.composer.text.value, this.title?.value ?? ""]);
  }

  changed() {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.save(), IDLE);
    this.latest ??= setTimeout(() => this.save(), LONGEST);
  }

  stop() {
    clearTimeout(this.idle);
    clearTimeout(this.latest);
    this.latest = undefined;
  }

  close() {
    this.stop();
    document.removeEventListener("visibilitychange", this.onShow);
  }

  /** Sent: the server emptied its copy in the same breath and told the next number. */
  sent() {
    this.stop();
    this.last = this.snapshot();
    this.show("");
  }

  async save() {
    this.stop();
    if (this.busy || this.sending || this.snapshot() === this.last) return;
    this.busy = true;
    const now = this.snapshot();
    const fields = { body: this.composer.text.value, title: this.title?.value ?? "", sequence: this.sequence + 1, tab: this.tab };
    try {
      const answer = await post(this.url, fields);
      if (answer.status === 409) this.behind(await answer.json());
      else if (answer.ok) {
        const { sequence, other } = await answer.json();
        this.sequence = sequence;
        this.last = now;
        this.show(other ? "other" : "kept");
      }
    } catch {
      // Offline: the words are in the box and in this browser; the next key tries again.
    } finally {
      this.busy = false;
    }
    if (this.snapshot() !== this.last && !this.stale) this.changed();
  }

  /** Newer words stand on the server. Nothing is thrown away: the member chooses. */
  behind(stands) {
    this.stale = stands;
    this.show("other");
  }

  /** Back on this page: another device may have gone on meanwhile. */
  async look() {
    try {
      const answer = await fetch(this.url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return;
      const stands = await answer.json();
      if (stands.sequence <= this.sequence) return;
      if (this.snapshot() === this.last) this.put(stands);
      else this.behind(stands);
    } catch {
      // Offline.
    }
  }

  put({ body, title, sequence }) {
    this.composer.text.value = body;
    if (this.title && title) this.title.value = title;
    this.sequence = sequence;
    this.stale = undefined;
    this.last = this.snapshot();
    this.show(body ? "back" : "");
  }

  async take() {
    if (this.stale) this.put(this.stale);
    else await this.look();
  }

  async discard() {
    this.stop();
    const answer = await post(this.url, { discard: 1 }).catch(() => null);
    if (answer?.ok) this.put({ ...(await answer.json()), body: "" });
    this.composer.forget();
    this.composer.text.focus();
  }

  show(what) {
    for (const name of ["kept", "back", "other"]) {
      const part = this.composer.querySelector(`[data-${name}]`);
      if (part) part.hidden = name !== what;
    }
  }
}
