import { isFolded, parse } from "../fragments.js";
import { connect } from "../socket.js";
import { Acts } from "./chat-acts.js";
import { Composer } from "./chat-composer.js";
import { knock } from "./chat-door.js";
import { ChatLog } from "./chat-log.js";
import { Outbox } from "./chat-outbox.js";
import { Presence } from "./chat-presence.js";
import { Rail } from "./chat-rail.js";
import { tabStore } from "./chat-store.js";
import { Thread } from "./chat-thread.js";

const CALM = 700;
const LOST_AFTER = 1_200;

/** A phone's keyboard covers the page without resizing it: the page takes the height that is left. */
function followKeyboard() {
  const view = window.visualViewport;
  if (!view || !document.body.classList.contains("is-chat")) return;
  const fit = () => {
    document.documentElement.style.setProperty("--chat-height", `${Math.round(view.height)}px`);
    document.body.classList.toggle("has-keyboard", view.height < 480 && document.activeElement?.matches("textarea"));
    if (view.offsetTop) scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  document.addEventListener("focusin", fit);
  document.addEventListener("focusout", fit);
  fit();
}

/** A room as a page or in the drawer: what is said in it, said live. */
export class ChatRoom {
  constructor(room) {
    this.room = room;
    this.me = document.body.dataset.memberId ?? "";
    this.id = room.dataset.room;
    this.stream = `room:${this.id}`;
    this.frame = room.closest(".chat");
    this.pill = room.querySelector("[data-pill]");
    this.status = room.querySelector("[data-connection]");
    this.readUpTo = 0;
    this.missed = 0;
    this.stops = [];
    followKeyboard();
    if (!room.querySelector(".chat-scroll")) return; // she has to sit down first
    this.log = new ChatLog(room, this.me);
    this.watchOlder();
    this.log.scroll.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.pill.addEventListener("click", () => this.log.toEnd());
    if (this.me && document.body.dataset.ws && ("live" in room.dataset || this.frame.classList.contains("has-thread"))) this.goLive();
  }

  goLive() {
    const { room, log, me, frame } = this;
    this.isLive = "live" in room.dataset;
    this.store = tabStore(me, this.id);
    this.socket = connect();
    this.presence = new Presence({ room, socket: this.socket, me });
    const form = room.querySelector(".chat-say");
    if (form) this.openComposer(form);
    // A moderator who is muted has no box to write in, but still acts.
    const bare = (place) => Object.assign(Object.create(Composer.prototype), { room, log: place });
    const inThread = (line) => Boolean(line.closest(".chat-thread"));
    const composerOf = (line) => (inThread(line) ? this.thread.composer : this.composer);
    const asker = (line) => composerOf(line) ?? bare(inThread(line) ? this.thread.log : log);
    this.thread = new Thread({ room, me, socket: this.socket, onClose: () => this.wentBack() });
    this.acts = new Acts({ room, frame, me, composerOf, asker, onAnswer: (id, opener) => this.openThread(id, opener), onPins: () => this.fetchPins() });
    this.rail = new Rail({ room, socket: this.socket, me });
    this.rail.onThread = ({ message, number }) => {
      log.threadRead(message, number);
      this.thread.showFollows(message, number !== null);
    };
    this.listen();
  }

  listen() {
    const { room, socket } = this;
    const look = () => this.lookedAt();
    document.addEventListener("visibilitychange", look);
    const back = () => this.thread.id && !new URLSearchParams(location.search).has("thread") && this.thread.close();
    addEventListener("popstate", back);
    this.stops.push(
      socket.subscribe(this.stream, {
        after: Number(room.dataset.after),
        onEvent: (kind, data) => this.hear(kind, data),
        onEphemeral: (kind, data) => this.presence.hear(kind, data),
        onResync: () => this.fetchAnew(),
        onDenied: () => (this.onDenied ? this.onDenied() : location.reload()),
      }),
      socket.onState((state) => this.lineIs(state)),
      () => document.removeEventListener("visibilitychange", look),
      () => removeEventListener("popstate", back),
    );
    look();
  }

  /** The drawer closes, or shows another room: nothing of this one goes on. */
  close() {
    for (const stop of this.stops) stop();
    this.rail?.close();
    this.presence?.close();
    clearTimeout(this.readTimer);
  }

  openComposer(form) {
    const { room, log, store, socket } = this;
    this.outbox = new Outbox({ room, log, socket, store });
    this.composer = new Composer({
      form, room, log, store,
      onSay: (text, pictures) => this.outbox.add(text, undefined, pictures),
      onType: () => this.presence.types(),
      onStop: () => this.presence.stopped(),
    });
  }

  // ── threads: on a phone the pane is a page of its own, so "back" closes it ──
  openThread(id, opener) {
    if (!this.thread.id && document.body.classList.contains("is-chat")) history.pushState({ thread: id }, "", `?thread=${id}`);
    this.thread.open(id, opener);
  }

  wentBack() {
    if (history.state?.thread) history.back();
  }

  /** One numbered change: put in by number and by identity, so that a repeat or another way changes nothing. */
  async hear(kind, data) {
    if (data.ask) {
      // Each reads from her own seat on: the house shows what she may see of it.
      const told = await knock(`${this.room.dataset.url}messages/${data.message}/`).catch(() => null);
      return told && this.hear(kind, told);
    }
    if (!data.html) return undefined;
    this.thread.hear(data);
    if (data.parent) return this.renew(data.parent, data.above);
    if (kind === "message_pinned" || document.querySelector(`#message-${CSS.escape(data.message)}[data-pinned]`)) this.fetchPins();
    this.outbox?.settle({ key: data.key });
    const wasAtEnd = this.log.isAtEnd;
    if (kind !== "message_posted" || !this.isLive) return this.renew(data.message, data.html);
    const isNew = this.log.place(data.html);
    this.presence.rest(String(data.author));
    if (!isNew || String(data.author) === this.me) return undefined;
    const line = document.getElementById(`message-${data.message}`);
    if (document.visibilityState !== "visible" && !this.hasMark) {
      this.hasMark = true;
      this.log.markNew(line);
    }
    if (!wasAtEnd && !isFolded(data.author)) this.missed += 1;
    this.scrolled();
    return undefined;
  }

  /** A message that stands here is drawn anew; one that does not is left where it is. */
  renew(id, html) {
    if (document.getElementById(`message-${id}`)) this.log.place(html);
  }

  async fetchPins() {
    const response = await fetch(`${this.room.dataset.url}pins/`, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) return;
    const bar = this.room.querySelector("[data-pins]");
    const isOpen = bar.querySelector("details")?.open;
    bar.replaceChildren(parse(await response.text()));
    const list = bar.querySelector("details");
    bar.hidden = !list;
    if (list && isOpen) list.open = true;
  }

  /** Too much was missed to be told one by one: the page's talk is fetched and put in place of this one. */
  async fetchAnew() {
    const response = await fetch(this.room.dataset.url, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) {
      setTimeout(() => this.fetchAnew(), 2_000 + Math.random() * 3_000);
      return;
    }
    const list = parse(await response.text()).querySelector("#messages");
    if (!list) return location.reload();
    if (this.isLive) this.log.replaceBy(list);
    for (const line of list.querySelectorAll("[data-key]")) this.outbox?.settle({ key: line.dataset.key });
    this.fetchPins();
    this.thread.fetchAnew();
    this.scrolled();
  }

  lineIs(state) {
    const isOpen = state === "open";
    this.outbox?.setOpen(isOpen);
    this.thread.setOpen(isOpen);
    clearTimeout(this.lostTimer);
    if (isOpen) {
      this.status.hidden = true;
      this.readUpTo = 0;
      this.lookedAt();
    } else {
      const { wordLost, wordOut, wordFull } = this.room.dataset;
      const words = { "signed-out": wordOut, forbidden: wordOut, full: wordFull }[state] ?? wordLost;
      this.lostTimer = setTimeout(() => {
        this.status.textContent = words;
        this.status.hidden = false;
      }, LOST_AFTER);
    }
  }

  // Nothing counts as read while nobody looks, or while she reads further up.
  lookedAt() {
    if (document.visibilityState !== "visible" || !this.socket) return;
    this.hasMark = false;
    this.presence.here();
    this.thread.look();
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => {
      const last = this.log.last;
      if (document.visibilityState !== "visible" || !this.isLive || !this.log.isAtEnd || (last <= this.readUpTo && this.readUpTo)) return;
      this.readUpTo = last;
      this.socket.send({ t: "read", s: this.stream, n: last });
    }, CALM);
  }

  scrolled() {
    if (this.log.isAtEnd) {
      this.missed = 0;
      if (this.socket) this.lookedAt();
    }
    const { wordPill, wordDown } = this.room.dataset;
    const isFar = !this.log.isAtEnd && Math.abs(this.log.scroll.scrollTop) > this.log.scroll.clientHeight;
    this.pill.hidden = !(this.missed || isFar);
    this.pill.textContent = this.missed ? wordPill.replace("{count}", this.missed) : wordDown;
  }

  // ── older words, as she scrolls up to them ──
  watchOlder() {
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.fetchOlder(),
      { root: this.log.scroll, rootMargin: "400px 0px 0px 0px" },
    );
    this.watch = () => {
      observer.disconnect();
      const older = this.log.list.querySelector(".chat-older:not([hidden])");
      if (older) observer.observe(older);
    };
    this.watch();
    this.log.onOlder = this.watch;
    this.log.list.addEventListener("click", (event) => {
      if (!event.target.closest(".chat-older a")) return;
      event.preventDefault();
      this.fetchOlder();
    });
  }

  async fetchOlder() {
    const link = this.log.list.querySelector(".chat-older:not([hidden]) a");
    if (!link || this.isFetching) return;
    this.isFetching = true;
    const url = `${this.room.dataset.url}history/?before=${link.dataset.before}`;
    const response = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (response?.ok) this.log.prepend(await response.text());
    this.isFetching = false;
    if (response?.ok) this.watch();
  }
}
