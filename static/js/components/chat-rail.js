import { isFolded, parse } from "../fragments.js";

/** The rail of rooms: what is new in the others, and a conversation that somebody has just begun. */
export class Rail {
  constructor({ room, socket, me }) {
    Object.assign(this, { room, socket, me });
    this.id = room.dataset.room;
    this.stops = new Map();
    this.followRooms();
    this.stop = socket.subscribe(`member:${me}`, {
      onEvent: (kind, data) => this.hear(kind, data),
      onResync: () => this.fetchAnew(),
    });
  }

  close() {
    for (const stop of this.stops.values()) stop();
    this.stop();
    clearTimeout(this.timer);
  }

  lists() {
    return document.querySelectorAll("[data-rail-list]");
  }

  followRooms() {
    const rails = new Set([...document.querySelectorAll("[data-rail-list] [data-rail]:not(.is-muted)")].map((link) => link.dataset.rail));
    for (const [rail, stop] of this.stops) {
      if (rails.has(rail)) continue;
      stop();
      this.stops.delete(rail);
    }
    for (const rail of rails) {
      if (rail === this.id || this.stops.has(rail)) continue;
      this.stops.set(rail, this.socket.subscribe(`room:${rail}`, {
        onEvent: (kind, data) => {
          if (kind === "message_posted" && data.ask) this.fetchAnew();
          else if (kind === "message_posted" && !data.parent && String(data.author) !== this.me && !isFolded(data.author)) this.count(rail, this.counted(rail) + 1);
          if (kind === "message_removed") this.fetchAnew();
        },
        onResync: () => this.fetchAnew(),
      }));
    }
  }

  hear(kind, data) {
    if (kind === "room_read" && String(data.room) !== this.id) this.count(String(data.room), data.unread);
    if (kind === "rail_changed") this.fetchAnew();
    if (kind === "thread_read") this.onThread?.(data);
  }

  /** The rail as the house draws it now: one word less, more than was told one by one, or a room more. */
  fetchAnew() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const response = await fetch(this.room.dataset.railUrl, { credentials: "same-origin" }).catch(() => null);
      if (!response?.ok) return;
      const html = await response.text();
      for (const list of this.lists()) {
        const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        list.replaceChildren(parse(html));
        for (const link of list.querySelectorAll(`[data-rail="${CSS.escape(this.id)}"]`)) {
          link.setAttribute("aria-current", "page");
          link.querySelector(".count-dot").hidden = true;
        }
        if (focused) list.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      }
      this.followRooms();
    }, 300);
  }

  counted(rail) {
    const dot = document.querySelector(`[data-rail="${CSS.escape(rail)}"] .count-dot`);
    return !dot || dot.hidden ? 0 : parseInt(dot.querySelector(".num").textContent, 10) || 0;
  }

  count(rail, total) {
    for (const link of document.querySelectorAll(`[data-rail="${CSS.escape(rail)}"]`)) {
      const dot = link.querySelector(".count-dot");
      dot.querySelector(".num").textContent = total > 99 ? "99+" : total;
      dot.hidden = !total || link.classList.contains("is-muted");
    }
  }
}
