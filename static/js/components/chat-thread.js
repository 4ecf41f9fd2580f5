import { parse } from "../fragments.js";
import { ChatLog } from "./chat-log.js";
import { Composer } from "./chat-composer.js";
import { knock } from "./chat-door.js";
import { Outbox } from "./chat-outbox.js";
import { tabStore } from "./chat-store.js";

const CALM = 500;

/** The replies under one message, beside the room. */
export class Thread {
  constructor({ room, me, socket, onClose }) {
    Object.assign(this, { room, me, socket, onClose });
    this.frame = room.closest(".chat");
    this.side = this.frame.querySelector("[data-side]");
    this.stream = `room:${room.dataset.room}`;
    this.id = null;
    this.side.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close-thread]")) return;
      event.preventDefault();
      this.close();
    });
    this.side.addEventListener("submit", (event) => this.followed(event));
    this.side.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("details[open]")) return;
      event.preventDefault(); // what lies around the thread stays open
      this.close();
    });
    const drawn = this.side.querySelector(".chat-thread");
    if (drawn) this.attach(drawn);
  }

  async open(id, opener = null) {
    const response = await this.fetch(id);
    if (!response?.ok) return;
    this.opener = opener;
    this.side.replaceChildren(parse(await response.text()));
    this.frame.classList.add("has-thread");
    this.side.hidden = false;
    this.attach(this.side.querySelector(".chat-thread"));
    (this.composer?.text ?? this.side.querySelector("#thread-name")).focus();
  }

  fetch(id) {
    const url = `${this.room.dataset.url}threads/${id}/`;
    return fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  }

  attach(pane) {
    this.pane = pane;
    this.id = pane.dataset.above;
    this.readUpTo = 0;
    const { room, socket, me } = this;
    const log = (this.log = new ChatLog(room, me, pane.querySelector(".chat-scroll")));
    const store = tabStore(me, `${room.dataset.room}:${this.id}`);
    const form = pane.querySelector(".chat-say");
    this.outbox = form && new Outbox({ room, log, socket, store, parent: this.id });
    this.composer = form && new Composer({ form, room, log, store, onSay: (text, pictures) => this.outbox.add(text, undefined, pictures), onType: () => {}, onStop: () => {} });
    this.outbox?.setOpen(this.isOpen ?? false);
    log.scroll.addEventListener("scroll", () => this.look(), { passive: true });
    this.look();
  }

  setOpen(isOpen) {
    this.isOpen = isOpen;
    this.outbox?.setOpen(isOpen);
    if (isOpen) this.readUpTo = 0;
    this.look();
  }

  close() {
    if (!this.id) return;
    this.id = null;
    this.outbox = this.composer = null;
    this.side.replaceChildren();
    this.side.hidden = true;
    this.frame.classList.remove("has-thread");
    const opener = this.opener?.isConnected ? this.opener : this.room.querySelector(".chat-scroll");
    opener.focus({ preventScroll: true });
    this.onClose();
  }

  hear(data) {
    if (!this.id) return;
    if (data.message === this.id) this.renewAbove(data.html);
    if (data.parent !== this.id) return;
    this.renewAbove(data.above);
    this.outbox?.settle({ key: data.key });
    this.log.place(data.html);
    this.look();
  }

  renewAbove(html) {
    const line = parse(html).querySelector(".message");
    const stale = this.pane.querySelector(".thread-above .message");
    if (!line || !stale) return;
    line.id = stale.id;
    this.log.localise(line);
    this.log.furnish(line);
    stale.replaceWith(line);
  }

  async fetchAnew() {
    if (!this.id) return;
    const response = await this.fetch(this.id);
    const list = response?.ok && parse(await response.text()).querySelector("[data-log]");
    if (!list) return;
    this.log.replaceBy(list);
    for (const line of list.querySelectorAll("[data-key]")) this.outbox?.settle({ key: line.dataset.key });
  }

  // Nothing counts as read while nobody looks, or while she reads further up.
  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const last = this.id ? this.log.last : 0;
      if (!last || last <= this.readUpTo || document.visibilityState !== "visible" || !this.log.isAtEnd) return;
      this.readUpTo = last;
      this.socket?.send({ t: "thread_read", s: this.stream, message: this.id, n: last });
    }, CALM);
  }

  async followed(event) {
    const form = event.target.closest("[data-follow]");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const answer = await knock(form.action, { on: button.value }).catch(() => null);
    if (!answer) return;
    this.showFollows(answer.message, answer.number !== null);
  }

  /** Whether she follows it: by her own button here, by her first answer, on another of her tabs. */
  showFollows(id, follows) {
    const button = id === this.id && this.pane.querySelector("[data-follow] button");
    if (!button) return;
    button.value = follows ? "0" : "1";
    button.setAttribute("aria-pressed", follows);
    button.querySelector("span").textContent = this.room.dataset[follows ? "wordFollows" : "wordFollow"];
  }
}
