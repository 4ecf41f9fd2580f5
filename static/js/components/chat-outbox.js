import { knock } from "./chat-door.js";
import { showWaiting } from "./chat-waiting.js";

const PATIENCE = 10_000;
const AGAIN = 5_000;

// Older browsers and plain http in a local net have no randomUUID.
const newKey = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

const inTime = (promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("no answer")))]);

/**
 * What she has said and the house has not confirmed. Each message keeps one key through all tries, over the socket or
 * over HTTP, across a lost line and a reload: the house stores it once, the page shows it once.
 */
export class Outbox {
  constructor({ room, log, socket, store, parent = "" }) {
    this.room = room;
    this.log = log;
    this.socket = socket;
    this.store = store;
    this.parent = parent;
    this.stream = `room:${room.dataset.room}`;
    this.template = document.getElementById("message-draft");
    this.items = new Map();
    this.isOpen = false;
    for (const { key, text, pictures } of store.read("outbox") ?? []) this.add(text, key, pictures);
    addEventListener("online", () => this.run());
  }

  add(text, key = newKey(), pictures = []) {
    if (this.log.list.querySelector(`[data-key="${CSS.escape(key)}"]`)) return;
    const item = { key, text, pictures, line: this.draw(key, text, pictures), state: "waiting" };
    this.items.set(key, item);
    this.keep();
    this.run();
  }

  draw(key, text, pictures) {
    const line = this.template.content.firstElementChild.cloneNode(true);
    line.dataset.at = new Date().toISOString();
    line.dataset.author = this.log.me;
    line.querySelector(".message-body").textContent = text;
    for (const { url } of pictures) line.querySelector(".message-body").after(Object.assign(new Image(), { src: url, alt: "", className: "message-picture" }));
    line.querySelector("[data-retry]").addEventListener("click", () => this.retry(key));
    line.querySelector("[data-discard]").addEventListener("click", () => this.forget(key));
    this.log.localise(line);
    this.log.list.querySelector(".chat-empty")?.remove();
    this.log.list.append(line);
    this.log.layout();
    this.log.toEnd();
    return line;
  }

  keep() {
    const left = [...this.items.values()].map(({ key, text, pictures }) => ({ key, text, pictures }));
    this.store.write("outbox", left.length ? left : null);
  }

  /** The line is back, or gone. */
  setOpen(isOpen) {
    this.isOpen = isOpen;
    if (isOpen) this.run();
  }

  /** One after the other, in the order they were said. A lost line stops the row, a refusal does not. */
  async run() {
    if (this.isRunning) return;
    this.isRunning = true;
    clearTimeout(this.timer);
    try {
      for (let item; (item = this.next()); ) {
        if (!(await this.deliver(item))) {
          this.timer = setTimeout(() => this.run(), AGAIN);
          break;
        }
      }
    } finally {
      this.isRunning = false;
    }
  }

  next() {
    return [...this.items.values()].find((item) => item.state === "waiting");
  }

  async deliver(item) {
    try {
      this.settle(await (this.isOpen ? this.overSocket(item) : this.overHttp(item)));
      return true;
    } catch (refusal) {
      if (!this.items.has(item.key)) return true; // its event came by another way
      if (!refusal.code) return this.wait(item);
      if (refusal.code === "waits") {
        this.forget(item.key);
        showWaiting(this.room, refusal);
      } else this.refuse(item, refusal);
      return true;
    }
  }

  async overSocket({ key, text, pictures }) {
    const more = { parent: this.parent, pictures: pictures.map(({ id }) => id) };
    const answer = await inTime(this.socket.request({ t: "send", s: this.stream, key, text, ...more }));
    return answer?.d ?? answer;
  }

  overHttp({ key, text, pictures }) {
    const fields = [["key", key], ["text", text], ["parent", this.parent], ...pictures.map(({ id }) => ["pictures", id])];
    return inTime(knock(`${this.room.dataset.url}send/`, fields));
  }

  wait(item) {
    item.line.querySelector(".message-state").textContent = this.room.dataset.wordUnsent;
    return false;
  }

  refuse(item, { message, url, retry_after: seconds }) {
    item.state = "refused";
    item.line.classList.replace("is-sending", "is-failed");
    item.line.querySelector(".message-state").textContent = "";
    item.line.querySelector(".message-refusal").hidden = false;
    item.line.querySelector(".message-refusal span").textContent = message || this.room.dataset.wordFailed;
    if (url) item.line.querySelector(".message-refusal span").append(" ", wayOn(url, this.room.dataset.wordWay));
    item.line.querySelector(".message-retry").hidden = false;
    if (seconds) this.countDown(item, seconds);
    this.log.toEnd();
  }

  countDown(item, seconds) {
    const retry = item.line.querySelector("[data-retry]");
    const says = item.line.querySelector(".message-refusal span");
    retry.disabled = seconds > 0;
    if (seconds <= 0) return says.replaceChildren(this.room.dataset.wordFailed);
    says.textContent = this.room.dataset.wordWait.replace("{count}", seconds);
    setTimeout(() => this.items.has(item.key) && this.countDown(item, seconds - 1), 1000);
  }

  retry(key) {
    const item = this.items.get(key);
    if (!item) return;
    item.state = "waiting";
    item.line.classList.replace("is-failed", "is-sending");
    item.line.querySelector(".message-refusal").hidden = true;
    item.line.querySelector(".message-retry").hidden = true;
    item.line.querySelector(".message-state").textContent = this.room.dataset.wordUnsent;
    this.run();
  }

  forget(key) {
    this.items.get(key)?.line.remove();
    this.items.delete(key);
    this.keep();
    this.log.layout();
  }

  /** The house has it: by its answer, by the room's stream, or on a page that was fetched anew. */
  settle({ key, html }) {
    if (this.items.has(key)) this.forget(key);
    if (html) this.log.place(html);
  }
}

/** The way out of a refusal, such as to new terms: only to this house. */
function wayOn(url, words) {
  const link = document.createElement("a");
  link.href = new URL(url, location.origin).pathname;
  link.textContent = words;
  return link;
}
