/**
 * The page's one socket. A push is a hint, the numbers are the truth: every stream counts its entries, so the page sees
 * what is missing (a gap, a heartbeat with a higher number, a new connection) and asks for what came "after N". An entry
 * that comes twice is dropped, one that comes early waits for those before it.
 */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const GAP_PATIENCE = 400; // an entry that overtook another one waits so long before the page asks
const LAG_PATIENCE = 1_500; // the same for a heartbeat that was quicker than the entry it counts
const SILENCE = 25_000; // the server beats every 10 s: without a beat for so long the line is dead, whatever the browser says

const SIGNED_OUT = 4401;
const FORBIDDEN = 4403;
const TOO_MANY = 4408;
const FLOOD = 4429;

let singleton;

/** The socket of this page: opened with the first call, shared by all. */
export function connect() {
  singleton ??= new PageSocket(document.body.dataset.ws || "/ws/");
  return singleton;
}

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36).padStart(2, "0")).join("");
const jitter = (longest) => longest * (0.4 + 0.6 * Math.random());

/** One stream as this page follows it: `n` is the last number up to which nothing is missing (null: not known yet). */
class Stream {
  constructor(name) {
    this.name = name;
    this.n = null;
    this.isHeard = false; // the server has said ok on this connection
    this.early = new Map();
    this.followers = new Set();
    this.timer = null;
    this.waiting = new Map(); // the newest frame of each kind that was sent before the server said ok
  }

  /** Takes an entry; returns false when entries before it are missing. */
  take(number, kind, data) {
    if (this.n !== null && number <= this.n) return true;
    if (this.n === null || number > this.n + 1) {
      this.early.set(number, [kind, data]);
      return false;
    }
    this.tell(number, kind, data);
    for (let next; (next = this.early.get(this.n + 1)); ) {
      this.early.delete(this.n + 1);
      this.tell(this.n + 1, ...next);
    }
    return this.early.size === 0;
  }

  tell(number, kind, data) {
    this.n = number;
    for (const follower of [...this.followers]) {
      if (number <= follower.n) continue; // another follower of the stream began further back
      follower.n = number;
      if (kind !== "recheck") guard(() => follower.onEvent?.(kind, data, number)); // a word to the hub, not to pages
    }
  }

  startAt(number) {
    this.n = number;
    for (const follower of this.followers) follower.n = Math.max(follower.n, number);
    for (const early of [...this.early.keys()].sort((a, b) => a - b)) {
      const [kind, data] = this.early.get(early);
      if (early <= number) this.early.delete(early);
      else if (early === this.n + 1) this.take(early, kind, data);
    }
  }
}

/** A follower that fails must not stop the others, nor the socket. */
function guard(call) {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
}

class PageSocket {
  constructor(path) {
    this.path = path;
    this.streams = new Map();
    this.requests = new Map();
    this.listeners = new Set();
    this.state = "connecting";
    this.tries = 0;
    this.refusals = 0;
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.drop("offline"));
    addEventListener("pagehide", () => this.drop("connecting"));
    addEventListener("pageshow", ({ persisted }) => persisted && this.open());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look());
    setInterval(() => this.look(), 5_000);
    this.open();
  }

  // ── what pages call ──

  /** Follows a stream; with `after`, first hears what came after that number. Returns the way to stop. */
  subscribe(name, { after = null, ...handlers } = {}) {
    const stream = this.streams.get(name) ?? new Stream(name);
    const follower = { ...handlers, n: after ?? stream.n ?? -1 };
    stream.followers.add(follower);
    const isNew = !this.streams.has(name);
    this.streams.set(name, stream);
    if (isNew) stream.n = after;
    const startsFurtherBack = !isNew && after !== null && (stream.n === null || after < stream.n);
    if (startsFurtherBack) stream.n = after;
    if (isNew || startsFurtherBack) this.ask(stream);
    return () => {
      stream.followers.delete(follower);
      if (stream.followers.size || this.streams.get(name) !== stream) return;
      this.streams.delete(name);
      this.write({ t: "unsub", s: name });
    };
  }

  /** Sends a frame that needs no answer. Before the stream is heard the newest of each kind waits; typing does not. */
  send(frame) {
    const stream = this.streams.get(frame.s);
    if (this.state === "open" && (!stream || stream.isHeard)) this.write(frame);
    else if (stream && frame.t !== "typing") stream.waiting.set(frame.t, frame);
  }

  /** Sends a frame until it is answered, over as many connections as it takes, always with the same key. */
  request(frame) {
    const key = frame.key ?? newKey();
    return new Promise((resolve, reject) => {
      this.requests.set(key, { frame: { ...frame, key }, resolve, reject });
      this.write({ ...frame, key });
    });
  }

  /** Calls `listener(state)` now and at each change: connecting, open, offline, signed-out, forbidden, full. */
  onState(listener) {
    this.listeners.add(listener);
    guard(() => listener(this.state));
    return () => this.listeners.delete(listener);
  }

  // ── the connection ──

  open() {
    clearTimeout(this.timer);
    if (this.socket || this.isOver) return;
    const query = new URLSearchParams({ lang: document.documentElement.lang, me: document.body.dataset.memberId ?? "" });
    const url = new URL(`${this.path}?${query}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.socket = socket;
    this.heardAt = Date.now();
    if (this.state !== "open") this.become("connecting");
    socket.onopen = () => socket === this.socket && this.opened();
    socket.onmessage = ({ data }) => socket === this.socket && this.hear(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code);
  }

  opened() {
    this.become("open");
    for (const stream of this.streams.values()) this.ask(stream);
    for (const { frame } of this.requests.values()) this.write(frame);
  }

  lost(code) {
    this.forgetLine();
    if (code === SIGNED_OUT || code === FORBIDDEN) {
      // A sign-in elsewhere gives the session a new key and closes this line once: the second refusal is meant.
      this.refusals += 1;
      if (code === FORBIDDEN || this.refusals > 1) return this.end(code === FORBIDDEN ? "forbidden" : "signed-out");
    }
    const pause = { [TOO_MANY]: 60_000, [FLOOD]: 30_000 }[code] ?? Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.tries);
    this.tries += 1;
    this.become(code === TOO_MANY ? "full" : navigator.onLine === false ? "offline" : "connecting");
    // Spread out, so that a server that comes back is not run down by all its pages at once.
    this.timer = setTimeout(() => this.open(), jitter(pause));
  }

  /** Gives up this connection by ourselves. */
  drop(state) {
    clearTimeout(this.timer);
    const { socket } = this;
    this.forgetLine();
    socket?.close();
    if (!this.isOver) this.become(state);
  }

  end(state) {
    this.isOver = true;
    clearTimeout(this.timer);
    for (const { reject } of this.requests.values()) reject(new Error(state));
    this.requests.clear();
    this.become(state);
  }

  forgetLine() {
    this.socket = null;
    for (const stream of this.streams.values()) {
      stream.isHeard = false;
      stream.early.clear();
      this.calm(stream);
    }
  }

  /** A look at the clock: timers of sleeping tabs come late, so what counts is when something was last heard. */
  look() {
    if (this.isOver || navigator.onLine === false) return;
    if (!this.socket) {
      if (document.visibilityState === "visible" && this.tries > 3) this.open();
    } else if (Date.now() - this.heardAt > SILENCE) {
      this.drop("connecting");
      this.open();
    }
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    for (const listener of [...this.listeners]) guard(() => listener(state));
  }

  write(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  // ── frames ──

  hear(frame) {
    this.heardAt = Date.now();
    this.tries = 0;
    this.refusals = 0;
    const stream = this.streams.get(frame.s);
    if (frame.t === "hb") this.compare(frame.last);
    else if (frame.t === "sent" || frame.t === "error") this.answer(frame);
    else if (stream) this[`on_${frame.t}`]?.(stream, frame);
  }

  on_ok(stream, { n }) {
    this.confirm(stream);
    if (stream.n === null) stream.startAt(n);
  }

  on_ev(stream, { n, k, d }) {
    if (stream.take(n, k, d)) this.calm(stream);
    else if (stream.n !== null) this.askSoon(stream, GAP_PATIENCE);
  }

  on_eph(stream, { k, d }) {
    for (const follower of [...stream.followers]) guard(() => follower.onEphemeral?.(k, d));
  }

  on_resync(stream, { n }) {
    this.confirm(stream);
    this.calm(stream);
    stream.early.clear();
    stream.n = n;
    for (const follower of [...stream.followers]) {
      follower.n = n;
      guard(() => follower.onResync?.(n));
    }
  }

  on_denied(stream) {
    this.streams.delete(stream.name);
    this.calm(stream);
    for (const follower of [...stream.followers]) guard(() => follower.onDenied?.());
  }

  confirm(stream) {
    stream.isHeard = true;
    for (const frame of stream.waiting.values()) this.write(frame);
    stream.waiting.clear();
  }

  answer(frame) {
    const request = this.requests.get(frame.key);
    if (!request) return;
    this.requests.delete(frame.key);
    if (frame.t === "sent") request.resolve(frame);
    else request.reject(frame);
  }

  /** The heartbeat names the newest number of every stream the server knows us to follow. */
  compare(last) {
    for (const stream of this.streams.values()) {
      if (!stream.isHeard) continue;
      if (!(stream.name in last)) this.ask(stream);
      else if (stream.n === null || last[stream.name] > stream.n) this.askSoon(stream, LAG_PATIENCE);
    }
  }

  ask(stream) {
    this.calm(stream);
    this.write({ t: "sub", s: stream.name, after: stream.n });
  }

  /** Asks for what is missing unless it arrives by itself meanwhile. */
  askSoon(stream, patience) {
    const missing = stream.n;
    stream.timer ??= setTimeout(() => {
      stream.timer = null;
      if (stream.n === missing || stream.early.size) this.ask(stream);
    }, jitter(patience));
  }

  calm(stream) {
    clearTimeout(stream.timer);
    stream.timer = null;
  }
}
