import { fold, morph, parse } from "../fragments.js";

const FOLLOWS_WITHIN = 5 * 60 * 1000;
const NEAR = 80;
const KEPT = 400;

/**
 * The talk on the page: every message once, in the order of its number, whatever order it arrives in.
 * Between messages it puts what `selectors.lines` puts there on the server: days, and no second head for one speaker.
 */
export class ChatLog {
  constructor(room, me, scroll = room.querySelector(".chat-scroll")) {
    this.room = room;
    this.me = me;
    this.scroll = scroll;
    this.list = scroll.querySelector(".chat-log");
    this.isThread = Boolean(scroll.closest(".chat-thread"));
    this.threads = new Map(); // how far she has read the threads that she follows
    const { zone: timeZone } = room.dataset;
    const language = room.dataset.language === "en" ? "en-GB" : room.dataset.language;
    this.dayKey = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    this.dayName = new Intl.DateTimeFormat(language, { timeZone, weekday: "long", day: "numeric", month: "long" });
    this.clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
    for (const line of this.messages()) this.furnish(line);
    this.layout();
  }

  messages() {
    return [...this.list.querySelectorAll(":scope > .message")];
  }

  get last() {
    const numbers = this.messages().map((line) => Number(line.dataset.n ?? 0));
    return Math.max(0, ...numbers);
  }

  get first() {
    return Math.min(Infinity, ...this.messages().filter((line) => line.dataset.n).map((line) => Number(line.dataset.n)));
  }

  get hasOlder() {
    return Boolean(this.list.querySelector(":scope > .chat-older:not([hidden])"));
  }

  get isAtEnd() {
    // The list grows upwards (column-reverse): 0 is its end, above it the offset is negative.
    return Math.abs(this.scroll.scrollTop) < NEAR;
  }

  toEnd() {
    this.scroll.scrollTop = 0;
  }

  /**
   * Puts a message where its number belongs, or renews the one that is there. Returns true when it is new here.
   * What lies above all that is here is not put in: it comes with the words around it, when she scrolls up.
   */
  place(html) {
    const line = parse(html).querySelector(".message");
    if (!line) return false;
    const stale = document.getElementById(line.id);
    if (!stale && this.hasOlder && Number(line.dataset.n) < this.first) return false;
    this.localise(line);
    this.furnish(line);
    this.steady(() => {
      if (stale) renew(stale, line);
      else this.insert(line);
      this.layout();
    });
    return !stale;
  }

  insert(line) {
    this.list.querySelector(".chat-empty")?.remove();
    const number = Number(line.dataset.n);
    const before = this.messages().findLast((other) => other.dataset.n && Number(other.dataset.n) < number);
    if (before) before.after(line);
    else this.list.insertBefore(line, this.messages()[0] ?? null);
    line.classList.add("is-arriving");
    this.trim();
  }

  // A reader further up keeps her place while words arrive below.
  steady(change) {
    const anchor = this.isAtEnd ? null : this.firstInSight();
    const top = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) this.scroll.scrollTop += anchor.getBoundingClientRect().top - top;
  }

  firstInSight() {
    const top = this.scroll.getBoundingClientRect().top;
    return this.messages().find((line) => line.getBoundingClientRect().bottom > top);
  }

  // A tab that stays open for a day does not carry the day's talk: what is above can be fetched again.
  trim() {
    if (!this.isAtEnd) return;
    const numbered = this.messages().filter((line) => line.dataset.n);
    const extra = numbered.slice(0, Math.max(0, numbered.length - KEPT));
    if (!extra.length) return;
    for (const line of extra) line.remove();
    this.offerOlder(Number(numbered[extra.length].dataset.n));
  }

  offerOlder(before) {
    const older = this.list.querySelector(".chat-older");
    const link = older?.querySelector("a");
    if (!link) return;
    link.dataset.before = before;
    link.href = `${this.room.dataset.url}?before=${before}`;
    older.hidden = false;
    this.list.querySelector(".chat-begin")?.setAttribute("hidden", "");
    this.onOlder?.();
  }

  /** Older words from the server go above all that is here. */
  prepend(html) {
    this.quietly(() => this.addAbove(html));
  }

  // What was said long ago is not read out as if it were said now.
  quietly(change) {
    this.scroll.setAttribute("aria-live", "off");
    change();
    clearTimeout(this.loudTimer);
    this.loudTimer = setTimeout(() => this.scroll.setAttribute("aria-live", "polite"), 1_000);
  }

  addAbove(html) {
    const fragment = parse(html);
    for (const line of fragment.querySelectorAll(".message")) {
      if (document.getElementById(line.id)) line.remove();
      else this.furnish(line);
    }
    for (const old of this.list.querySelectorAll(":scope > .chat-older, :scope > .chat-begin")) old.remove();
    this.list.prepend(fragment);
    this.layout();
  }

  /** A fresh page takes the place of this one: new words come in, changed ones change, drafts stay where they are. */
  replaceBy(list) {
    this.quietly(() => this.exchange(list));
  }

  exchange(list) {
    const fresh = [...list.querySelectorAll(".message")];
    const oldest = Number(fresh[0]?.dataset.n ?? 0);
    const earlier = this.messages().filter((line) => line.dataset.n && Number(line.dataset.n) < oldest);
    // Numbers have no gap: without the one just before, something lies between what is here and what came.
    const isApart = oldest > 1 && !earlier.some((line) => Number(line.dataset.n) === oldest - 1);
    if (isApart) for (const line of earlier) line.remove();
    for (const line of fresh) this.place(line.outerHTML);
    if (isApart) this.offerOlder(oldest);
  }

  localise(line) {
    const time = line.querySelector(".message-time");
    if (time && line.dataset.at) time.textContent = this.clock.format(new Date(line.dataset.at));
  }

  /** What depends on the reader: her own words stand on the right, her thanks are pressed, and she has a menu. */
  furnish(line) {
    fold(line);
    line.querySelector("noscript")?.remove(); // its menu does what stands there
    const own = line.dataset.author === this.me;
    const removed = line.classList.contains("is-removed");
    const mayAnswer = Boolean(this.me) && !removed && !("silent" in this.room.dataset);
    line.classList.toggle("is-own", own && !line.id.startsWith("above-"));
    for (const name of line.querySelectorAll("b[data-named]")) name.classList.toggle("is-me", name.dataset.named === this.me);
    for (const chip of line.querySelectorAll(".message-reactions [data-react]")) {
      chip.setAttribute("aria-pressed", chip.dataset.by.split(" ").includes(this.me));
      chip.disabled = own || !mayAnswer;
    }
    this.markThread(line, own);
    this.offer(line, { own, removed, mayAnswer });
  }

  /**
   * How many answers under a message are new to her. Who wrote it follows it from the first answer on; a page drawn for
   * her says how far she has read, or, by an empty word, that she does not follow.
   */
  markThread(line, own) {
    const link = line.querySelector(".message-thread a");
    if (!link) return;
    const id = link.dataset.thread;
    if (link.dataset.read !== undefined) this.threads.set(id, link.dataset.read === "" ? null : Number(link.dataset.read));
    delete link.dataset.read;
    const read = this.threads.has(id) ? this.threads.get(id) : own ? 0 : null;
    const fresh = read === null ? 0 : Math.max(0, Number(line.dataset.replies ?? 0) - read);
    link.querySelector(".count-dot").hidden = !fresh;
    link.querySelector(".num").textContent = fresh;
  }

  /** She has read a thread further, follows it, or no longer does (`number` null). */
  threadRead(id, number) {
    this.threads.set(id, number);
    const line = document.getElementById(`message-${id}`);
    if (line) this.markThread(line, line.dataset.author === this.me);
  }

  offer(line, { own, removed, mayAnswer }) {
    const isModerator = "moderator" in this.room.dataset;
    const template = document.getElementById("message-acts");
    const isAbove = line.id.startsWith("above-");
    if (!template || isAbove || line.querySelector(".message-menu") || !(isModerator || (this.me && !removed))) return;
    const menu = template.content.firstElementChild.cloneNode(true);
    const pins = "pinsAllowed" in this.room.dataset && !removed && !this.isThread;
    const shown = {
      react: mayAnswer && !own, answer: mayAnswer && !this.isThread, edit: own && !removed, remove: !removed && (own || isModerator),
      kept: removed, report: !own && !removed, pin: pins && !("pinned" in line.dataset), unpin: pins && "pinned" in line.dataset,
    };
    for (const [act, isShown] of Object.entries(shown)) {
      for (const button of menu.querySelectorAll(`[data-${act}]`)) button.hidden = !isShown;
    }
    const report = menu.querySelector("[data-report]");
    if (report) report.href = report.getAttribute("href").replace("/MESSAGE/", `/${line.id.replace("message-", "")}/`);
    if (menu.querySelector("button:not([hidden]), a:not([hidden])")) line.append(menu);
  }

  layout() {
    const days = new Map();
    for (const divider of this.list.querySelectorAll(":scope > .chat-day[data-day]")) {
      if (days.has(divider.dataset.day)) divider.remove();
      else days.set(divider.dataset.day, divider);
    }
    let previous = null;
    for (const line of this.messages()) {
      const day = this.dayKey.format(new Date(line.dataset.at));
      const newMark = line.previousElementSibling?.matches(".chat-day.is-new") ? line.previousElementSibling : null;
      const isNewDay = !previous || previous.day !== day;
      if (isNewDay) {
        const divider = days.get(day) ?? this.divider(day);
        this.name(divider, line.dataset.at);
        const anchor = newMark ?? line;
        if (anchor.previousElementSibling !== divider) this.list.insertBefore(divider, anchor);
        days.delete(day);
      }
      const soon = previous && new Date(line.dataset.at) - previous.at < FOLLOWS_WITHIN;
      line.classList.toggle("is-follow", Boolean(!isNewDay && !newMark && soon && previous.author === line.dataset.author));
      previous = { day, author: line.dataset.author, at: new Date(line.dataset.at) };
    }
    for (const divider of days.values()) divider.remove();
  }

  divider(day) {
    const divider = document.createElement("li");
    divider.className = "chat-day";
    divider.dataset.day = day;
    divider.append(document.createElement("span"));
    return divider;
  }

  // The browser's calendar and the server's may write a weekday in two ways: one page shows one of them.
  name(divider, at) {
    const name = this.dayName.format(new Date(at));
    if (divider.firstChild.textContent !== name) divider.firstChild.textContent = name;
  }

  /** The line above the first word that came while nobody was looking. */
  markNew(line) {
    this.list.querySelector(".chat-day.is-new")?.remove();
    const mark = document.createElement("li");
    mark.className = "chat-day is-new";
    mark.append(Object.assign(document.createElement("span"), { textContent: this.room.dataset.wordNewHere }));
    line.before(mark);
    this.layout();
  }
}

// The words change in place, so that neither focus nor an open menu is lost.
function renew(stale, fresh) {
  const hadFocus = stale.contains(document.activeElement);
  const isUp = Boolean(stale.querySelector(".message-menu.is-up[open]"));
  morph(stale, fresh.outerHTML);
  const line = document.getElementById(fresh.id);
  const menu = line.querySelector(".message-menu");
  menu?.classList.toggle("is-up", isUp);
  if (hadFocus && !line.contains(document.activeElement)) (menu?.querySelector("summary") ?? line.closest(".chat-scroll")).focus({ preventScroll: true });
}
