import { parse } from "../fragments.js";

const HERE_EVERY = 25_000;
const TYPING_EVERY = 3_000;
const TYPING_FOR = 5_000;
const SHOWN = 60;

/** Who sits here and who is writing: nobody keeps it, it fades by itself. */
export class Presence {
  constructor({ room, socket, me }) {
    this.room = room;
    this.socket = socket;
    this.me = me;
    this.stream = `room:${room.dataset.room}`;
    this.rail = room.closest(".chat").querySelector(".chat-present [data-present]");
    this.count = room.querySelector("[data-presence]");
    this.steam = room.querySelector("[data-typing]");
    this.typing = new Map();
    this.typedAt = 0;
    this.clock = setInterval(() => this.here(), HERE_EVERY);
  }

  close() {
    clearInterval(this.clock);
  }

  here() {
    if (document.visibilityState === "visible") this.socket.send({ t: "here", s: this.stream });
  }

  /** She presses a key: the others may know, at most every three seconds. */
  types() {
    if (Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    this.socket.send({ t: "typing", s: this.stream });
  }

  stopped() {
    this.typedAt = 0;
  }

  hear(kind, data) {
    if (kind === "typing" && String(data.member) !== this.me) this.hearTyping(String(data.member), data.name);
    if (kind === "presence") this.hearPresence(data);
  }

  hearTyping(member, name) {
    clearTimeout(this.typing.get(member)?.timer);
    this.typing.set(member, { name, timer: setTimeout(() => this.rest(member), TYPING_FOR) });
    this.showTyping();
  }

  /** What she was writing has arrived, or she left it. */
  rest(member) {
    clearTimeout(this.typing.get(member)?.timer);
    if (this.typing.delete(member)) this.showTyping();
  }

  showTyping() {
    const names = [...this.typing.values()].map(({ name }) => name);
    const { wordTypingOne: one, wordTypingTwo: two, wordTypingMany: many } = this.room.dataset;
    const words = names.length === 1 ? one : names.length === 2 ? two : many;
    this.steam.hidden = !names.length;
    this.steam.querySelector("span").textContent = words.replace("{name}", names[0] ?? "").replace("{other}", names[1] ?? "");
  }

  hearPresence({ members, count }) {
    this.members = members.map(String);
    this.count.textContent = this.room.dataset.wordPeople.replace("{count}", count);
    this.count.hidden = !count;
    const unknown = this.members.slice(0, SHOWN).filter((id) => !this.chip(id));
    this.showMembers();
    if (!unknown.length || this.timer) return;
    // Many pages hear of a newcomer at once: they do not ask at once.
    this.timer = setTimeout(() => this.fetchChips(), Math.random() * 800);
  }

  chip(id) {
    return this.rail.querySelector(`member-chip[data-member="${CSS.escape(id)}"]`)?.closest("li");
  }

  showMembers() {
    for (const seat of this.rail.querySelectorAll("li")) {
      seat.hidden = !this.members.includes(seat.querySelector("member-chip").dataset.member);
    }
  }

  async fetchChips() {
    try {
      const response = await fetch(`${this.room.dataset.url}present/`, { credentials: "same-origin" });
      if (response.ok) this.rail.replaceChildren(parse(await response.text()));
      this.showMembers();
    } catch {
      // The next change of the list asks again.
    } finally {
      this.timer = 0;
    }
  }
}
