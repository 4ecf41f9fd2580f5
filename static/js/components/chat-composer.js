import { offerNames } from "../composer/names.js";
import { showPrepared, showToast } from "../toasts.js";
import { knock } from "./chat-door.js";
import { Pictures } from "./chat-pictures.js";
import { showWaiting } from "./chat-waiting.js";

const MOST_ROWS = 6;

/** The box to write in. Nothing that was typed is lost: drafts stay in the tab, a refused change stays in the box. */
export class Composer {
  constructor({ form, room, log, store, onSay, onType, onStop }) {
    Object.assign(this, { form, room, log, store, onSay, onType, onStop });
    this.text = form.querySelector("textarea");
    this.bar = form.querySelector("[data-editing]");
    this.editing = null;
    if (!this.text.value) this.text.value = store.read("draft") ?? "";
    this.fit();
    this.pictures = new Pictures({ form, room, onChange: () => this.pending && !this.pictures.isWaiting && this.form.requestSubmit() });
    form.addEventListener("submit", (event) => this.submit(event));
    form.querySelector("[data-cancel]").addEventListener("click", () => this.leaveEdit());
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    offerNames(form);
    form.addEventListener("text-expander-committed", () => this.typed(), true);
  }

  key(event) {
    // An input method is putting a letter together: its Enter is not ours.
    if (event.isComposing || event.keyCode === 229) return;
    // Names or signs are offered: these keys choose among them.
    if (this.form.querySelector(".composer-menu")) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "Escape" && this.editing) {
      event.preventDefault();
      this.leaveEdit();
    } else if (event.key === "ArrowUp" && !this.text.value && !this.editing) {
      const own = this.log.messages().findLast((line) => line.matches(".is-own:not(.is-removed)"));
      if (own?.dataset.n && this.mayEdit(own)) {
        event.preventDefault();
        this.edit(own);
      }
    }
  }

  typed() {
    this.fit();
    if (this.editing) return;
    this.store.write("draft", this.text.value || null);
    if (this.text.value.trim()) this.onType();
  }

  // Browsers without field-sizing grow the box by rows.
  fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.rows = 1;
    while (this.text.rows < MOST_ROWS && this.text.scrollHeight > this.text.clientHeight + 2) this.text.rows += 1;
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    // A picture that is still on its way takes the words with it when it has arrived.
    this.pending = !this.editing && this.pictures.isWaiting;
    if (this.pending || (!text && !this.pictures.items.length)) return;
    if (this.editing) {
      this.change(this.editing, text);
      return;
    }
    this.fill("");
    this.store.write("draft", null);
    this.form.querySelector(".field-error")?.remove();
    this.onStop();
    this.onSay(text, this.pictures.handOver());
    this.text.focus();
  }

  fill(text) {
    this.text.value = text;
    this.fit();
  }

  mayEdit(line) {
    return Date.now() - new Date(line.dataset.at) < Number(this.room.dataset.editSeconds) * 1000;
  }

  address(line, act) {
    return `${this.room.dataset.url}messages/${line.id.replace("message-", "")}/${act}/`;
  }

  source(line) {
    return this.ask(line, "source");
  }

  async edit(line) {
    const source = await this.source(line);
    if (!source) return;
    this.leaveEdit();
    this.editing = line.id;
    line.classList.add("is-editing");
    this.bar.hidden = false;
    this.fill(source.text);
    this.text.focus();
    this.text.setSelectionRange(source.text.length, source.text.length);
  }

  leaveEdit() {
    if (!this.editing) return;
    document.getElementById(this.editing)?.classList.remove("is-editing");
    this.editing = null;
    this.bar.hidden = true;
    this.fill(this.store.read("draft") ?? "");
    this.text.focus();
  }

  async change(id, text) {
    const line = document.getElementById(id);
    const answer = line && (await this.act(line, "edit", { text }));
    if (answer && this.editing === id) this.leaveEdit();
  }

  /** One act on a message that stands on the page; its answer is the message as it is now. */
  async act(line, act, fields) {
    const answer = await this.ask(line, act, fields);
    if (answer?.html) this.log.place(answer.html);
    return answer;
  }

  async ask(line, act, fields) {
    try {
      return await knock(this.address(line, act), fields);
    } catch (refusal) {
      if (refusal.code === "waits") {
        showWaiting(this.room, refusal);
        return { waits: true };
      }
      if (refusal.message && refusal.code) showToast({ title: refusal.message, icon: "circle-alert" });
      else showPrepared(navigator.onLine ? "toast-failed" : "toast-offline");
      return null;
    }
  }
}
