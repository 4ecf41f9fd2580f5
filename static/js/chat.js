import { connect } from "./socket.js";
import { parse } from "./fragments.js";
import { ChatLog } from "./components/chat-log.js";
import { Composer } from "./components/chat-composer.js";
import { Outbox } from "./components/chat-outbox.js";
import { Presence } from "./components/chat-presence.js";

const CALM = 700;
const LOST_AFTER = 1_200;

/** What this tab keeps for this room: a draft, and what has not arrived yet. */
function tabStore(me, room) {
  const name = (part) => `chat:${me}:${room}:${part}`;
  return {
    read(part) {
      try {
        return JSON.parse(sessionStorage.getItem(name(part)));
      } catch {
        return null;
      }
    },
    write(part, value) {
      try {
        if (value === null) sessionStorage.removeItem(name(part));
        else sessionStorage.setItem(name(part), JSON.stringify(value));
      } catch {
        // Storage is full or refused: the words are still on the page.
      }
    },
  };
}

/** A phone's keyboard covers the page without resizing it: the page takes the height that is left. */
function followKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
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

class ChatRoom {
  constructor(room) {
    this.room = room;
    this.me = document.body.dataset.memberId ?? "";
    this.id = room.dataset.room;
    this.stream = `room:${this.id}`;
    this.log = new ChatLog(room, this.me);
    this.pill = room.querySelector("[data-pill]");
    this.status = room.querySelector("[data-connection]");
    this.readUpTo = 0;
    this.missed = 0;
    followKeyboard();
    this.watchOlder();
    this.log.scroll.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.pill.addEventListener("click", () => this.log.toEnd());
    if (this.me && "live" in room.dataset && document.body.dataset.ws) this.goLive();
  }

  goLive() {
    const { room, log, me } = this;
    this.store = tabStore(me, this.id);
    this.socket = connect();
    this.presence = new Presence({ room, socket: this.socket, me });
    const form = room.querySelector(".chat-say");
    if (form) this.openComposer(form);
    room.addEventListener("click", (event) => this.clicked(event));
    room.addEventListener("toggle", (event) => this.menuOpened(event), true);
    this.socket.subscribe(this.stream, {
      after: Number(room.dataset.after),
      onEvent: (kind, data) => this.hear(kind, data),
      onEphemeral: (kind, data) => this.presence.hear(kind, data),
      onResync: () => this.fetchAnew(),
      onDenied: () => location.reload(),
    });
    this.followRail();
    this.socket.onState((state) => this.lineIs(state));
    document.addEventListener("visibilitychange", () => this.lookedAt());
    this.lookedAt();
  }

  openComposer(form) {
    const { room, log, store, socket } = this;
    this.outbox = new Outbox({ room, log, socket, store });
    this.composer = new Composer({
      form, room, log, store,
      onSay: (text) => this.outbox.add(text),
      onType: () => this.presence.types(),
      onStop: () => this.presence.stopped(),
    });
  }

  /** One numbered change: put in by number and by identity, so that a repeat or another way changes nothing. */
  hear(kind, data) {
    if (!data.html) return;
    this.outbox?.settle({ key: data.key });
    const wasAtEnd = this.log.isAtEnd;
    const isNew = this.log.place(data.html);
    const own = String(data.author) === this.me;
    if (kind === "message_posted") this.presence.rest(String(data.author));
    if (!isNew || own) return;
    const line = document.getElementById(`message-${data.message}`);
    if (document.visibilityState !== "visible" && !this.hasMark) {
      this.hasMark = true;
      this.log.markNew(line);
    }
    if (!wasAtEnd) this.missed += 1;
    this.scrolled();
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
    this.log.replaceBy(list);
    for (const line of list.querySelectorAll("[data-key]")) this.outbox?.settle({ key: line.dataset.key });
    this.scrolled();
  }

  lineIs(state) {
    const isOpen = state === "open";
    this.outbox?.setOpen(isOpen);
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
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => {
      const last = this.log.last;
      if (document.visibilityState !== "visible" || !this.log.isAtEnd || (last <= this.readUpTo && this.readUpTo)) return;
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

  // ── what she may do with a message ──
  menuOpened(event) {
    const menu = event.target.closest?.(".message-menu");
    if (!menu?.open) return;
    const line = menu.closest(".message");
    const edit = menu.querySelector("[data-edit]");
    if (!edit.hidden) edit.hidden = !this.composer?.mayEdit(line);
  }

  clicked(event) {
    const button = event.target.closest(".message-menu button");
    if (!button) return;
    const line = button.closest(".message");
    button.closest("details").open = false;
    if ("edit" in button.dataset) this.composer?.edit(line);
    if ("remove" in button.dataset) this.askToRemove(line);
    if ("kept" in button.dataset) this.showKept(line);
  }

  askToRemove(line) {
    const dialog = document.getElementById("chat-remove");
    const reason = dialog.querySelector("[name=reason]");
    const own = line.dataset.author === this.me;
    dialog.querySelector("[data-reason]").hidden = own;
    reason.required = !own;
    reason.value = "";
    dialog.returnValue = "";
    dialog.onclose = async () => {
      if (dialog.returnValue !== "remove") return;
      const answer = await this.actor().act(line, "remove", { reason: reason.value });
      if (answer && this.composer?.editing === line.id) this.composer.leaveEdit();
    };
    dialog.showModal();
  }

  // A moderator who is muted has no box to write in, but still acts.
  actor() {
    this.bare ??= Object.assign(Object.create(Composer.prototype), { room: this.room, log: this.log });
    return this.composer ?? this.bare;
  }

  async showKept(line) {
    const kept = await this.actor().source(line);
    if (!kept || line.querySelector(".message-kept")) return;
    const quote = document.createElement("blockquote");
    quote.className = "message-kept";
    quote.textContent = [kept.text, kept.reason].filter(Boolean).join("\n\n");
    line.querySelector(".message-main").append(quote);
  }

  // ── the rail of rooms: what is new in the others ──
  followRail() {
    for (const link of document.querySelectorAll(".chat-rooms [data-rail]")) {
      const { rail } = link.dataset;
      if (rail === this.id) continue;
      this.socket.subscribe(`room:${rail}`, {
        onEvent: (kind, data) => {
          if (kind === "message_posted" && String(data.author) !== this.me) this.count(rail, this.counted(rail) + 1);
          if (kind === "message_removed") this.countAnew();
        },
        onResync: () => this.countAnew(),
      });
    }
    this.socket.subscribe(`member:${this.me}`, {
      onEvent: (kind, data) => {
        if (kind === "room_read" && String(data.room) !== this.id) this.count(String(data.room), data.unread);
      },
      onResync: () => this.countAnew(),
    });
  }

  /** What is new in the other rooms as the page says it now: one word less, or more than was told one by one. */
  countAnew() {
    clearTimeout(this.railTimer);
    this.railTimer = setTimeout(async () => {
      const response = await fetch(this.room.dataset.url, { credentials: "same-origin" }).catch(() => null);
      if (!response?.ok) return;
      for (const link of parse(await response.text()).querySelectorAll(".chat-head [data-rail]")) {
        const dot = link.querySelector(".count-dot");
        if (link.dataset.rail !== this.id) this.count(link.dataset.rail, dot.hidden ? 0 : parseInt(dot.querySelector(".num").textContent, 10));
      }
    }, 300);
  }

  counted(room) {
    const dot = document.querySelector(`[data-rail="${CSS.escape(room)}"] .count-dot`);
    return !dot || dot.hidden ? 0 : parseInt(dot.querySelector(".num").textContent, 10) || 0;
  }

  count(room, total) {
    for (const link of document.querySelectorAll(`[data-rail="${CSS.escape(room)}"]`)) {
      const dot = link.querySelector(".count-dot");
      dot.querySelector(".num").textContent = total > 99 ? "99+" : total;
      dot.hidden = !total;
    }
  }
}

const room = document.querySelector(".chat-room");
if (room) new ChatRoom(room);
