import { connect } from "./socket.js";
import { parse, personalise } from "./fragments.js";
import { swapChips } from "./components/member-chip.js";
import { showToast } from "./toasts.js";

function showUnread(count) {
  for (const bell of document.querySelectorAll("[data-unread]")) {
    bell.hidden = !count;
    bell.querySelector(".count-dot").textContent = count > 99 ? "99+" : count;
  }
}

function listNotification(html) {
  const list = document.getElementById("notifications");
  const item = html && parse(html).firstElementChild;
  if (!list || !item) return;
  document.getElementById(item.id)?.remove();
  list.prepend(item);
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
    if (toast) showToast(toast);
  },
  notification({ unread, html }) {
    if (unread !== undefined) showUnread(Number(unread));
    listNotification(html);
  },
};
const onSite = { chip: ({ member, html }) => swapChips(member, html) };

function handlersOf(stream) {
  if (stream.startsWith("member:")) return onMember;
  return stream.startsWith("site:") ? onSite : {};
}

function openStreams() {
  const { streams, ws } = document.body.dataset;
  if (!ws || !streams) return;
  const socket = connect();
  for (const stream of JSON.parse(streams)) {
    const handlers = handlersOf(stream);
    socket.subscribe(stream, { onEvent: (kind, data) => handlers[kind]?.(data), onResync() {} });
  }
}

personalise();
// The page is painted first; nothing on it waits for the socket.
requestAnimationFrame(() => setTimeout(openStreams));
