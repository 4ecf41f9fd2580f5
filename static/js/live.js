import { connect } from "./socket.js";
import { parse, personalise, refold } from "./fragments.js";
import { swapChips } from "./components/member-chip.js";
import { showToast } from "./toasts.js";
import { showMoment } from "./components/badge-moment.js";

function showUnread(count) {
  for (const bell of document.querySelectorAll("[data-unread]")) {
    bell.hidden = !count;
    bell.querySelector(".count-dot").textContent = count > 99 ? "99+" : count;
  }
}

const onMember = {
  toast: showToast,
  balance(amounts) {
    for (const counter of document.querySelectorAll("points-counter[data-balance]")) {
      const amount = amounts[counter.dataset.balance];
      if (amount !== undefined) counter.show(Number(amount));
    }
  },
  points({ balance, toast }) {
    if (balance) onMember.balance(balance);
    if (toast) showToast(toast);
  },
  tier({ toast }) {
    if (toast) showToast({ ...toast, kind: "tier" });
  },
  badge: showMoment,
  notification: ({ unread }) => showUnread(Number(unread)),
  folds: ({ folded, line }) => refold(folded.map(String), line),
};
const onSite = { chip: ({ member, html }) => swapChips(member, parse(html)) };

function handlersOf(stream) {
  if (stream.startsWith("member:")) return onMember;
  return stream.startsWith("site:") ? onSite : {};
}

/** Too much was missed to be told one by one: what every page shows of a member is taken from this page, fetched anew. */
async function catchUp() {
  const response = await fetch(location.href, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!response?.ok) return;
  const fresh = parse(await response.text());
  const bell = fresh.querySelector("[data-unread]");
  if (bell) showUnread(bell.hidden ? 0 : parseInt(bell.querySelector(".count-dot").textContent, 10));
  for (const { dataset } of fresh.querySelectorAll("points-counter[data-amount]")) onMember.balance({ [dataset.balance]: dataset.amount });
  const list = fresh.querySelector("template[data-folded]");
  // A page that carried the list and comes back without it: she keeps nobody away any more.
  if (list) refold(list.dataset.folded.trim().split(" "), list.innerHTML);
  else if (document.querySelector("template[data-folded]")) refold([]);
  const chips = new Map([...fresh.querySelectorAll("member-chip")].map((chip) => [chip.dataset.member, chip]));
  for (const [member, chip] of chips) swapChips(member, chip.parentElement);
}

let timer;
function catchUpSoon() {
  clearTimeout(timer);
  timer = setTimeout(catchUp, 150);
}

function openStreams() {
  const { streams, ws } = document.body.dataset;
  if (!ws || !streams) return;
  const socket = connect();
  for (const [stream, after] of Object.entries(JSON.parse(streams))) {
    const handlers = handlersOf(stream);
    socket.subscribe(stream, { after, onEvent: (kind, data) => handlers[kind]?.(data), onResync: catchUpSoon });
  }
}

personalise();
// The page is painted first; nothing on it waits for the socket.
requestAnimationFrame(() => setTimeout(openStreams));
