import { parse } from "../fragments.js";
import { ChatRoom } from "./chat-room.js";

const KEPT = "chat-drawer";
let drawer;

/** The chat beside any page: fetched when it is asked for, laid over the page, on the page's own socket. */
class Drawer {
  constructor(opener) {
    this.opener = opener;
    const { sheet, wordDrawer, wordWhole, wordClose } = opener.dataset;
    if (!document.querySelector(`link[href="${CSS.escape(sheet)}"]`)) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet }));
    }
    this.aside = Object.assign(document.createElement("aside"), { className: "chat-beside", id: "chat-beside" });
    this.aside.setAttribute("aria-label", wordDrawer);
    const bar = Object.assign(document.createElement("p"), { className: "chat-beside-bar" });
    this.whole = Object.assign(document.createElement("a"), { className: "act", href: opener.href, textContent: wordWhole });
    const close = Object.assign(document.createElement("button"), { className: "act", type: "button", textContent: wordClose });
    close.addEventListener("click", () => this.close());
    bar.append(this.whole, close);
    this.holder = Object.assign(document.createElement("div"), { className: "chat-beside-in" });
    this.aside.append(bar, this.holder);
    document.body.append(this.aside);
    this.aside.addEventListener("click", (event) => this.clicked(event));
    this.aside.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.target.closest("details[open], dialog")) this.close();
    });
  }

  async show(url, takesFocus) {
    const response = await fetch(`${url}?pane=drawer`, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) return location.assign(url);
    this.room?.close();
    this.holder.replaceChildren(parse(await response.text()));
    const section = this.holder.querySelector(".chat-room");
    this.whole.href = section.dataset.url;
    this.room = new ChatRoom(section);
    this.room.onDenied = () => this.close();
    this.opener.setAttribute("aria-expanded", "true");
    remember(section.dataset.url);
    if (takesFocus) (section.querySelector("textarea") ?? section.querySelector(".chat-scroll"))?.focus();
    return undefined;
  }

  // Another room takes the place of this one; everything else leads to its page.
  clicked(event) {
    const link = event.target.closest("[data-rail]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.show(link.getAttribute("href"), true);
  }

  close() {
    this.room?.close();
    this.aside.remove();
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.focus();
    remember(null);
    drawer = undefined;
  }
}

function remember(url) {
  try {
    if (url) sessionStorage.setItem(KEPT, url);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // It is not kept open on the next page.
  }
}

/** Opens the drawer, or closes the one that is open. */
export function openDrawer(opener, { url = opener.getAttribute("href"), takesFocus = true } = {}) {
  if (drawer) return drawer.close();
  drawer = new Drawer(opener);
  return drawer.show(url, takesFocus);
}
