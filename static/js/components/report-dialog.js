import { parse } from "../fragments.js";
import { showPrepared } from "../toasts.js";

const SHEET = ".report-sheet";

/**
 * The page on which something is reported, as a dialog over where it stands: the same form, fetched and sent here.
 * Without scripts, in a new tab, or when the page says something else (the door, a refusal), the link leads to the page.
 */
class ReportDialog {
  constructor(link) {
    this.address = link.href;
    this.dialog = document.createElement("dialog");
    this.dialog.className = "report-dialog";
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    this.dialog.addEventListener("submit", (event) => this.send(event));
    // A menu that holds the link closes; focus comes back to what opened it.
    const menu = link.closest("details[open]");
    (menu?.querySelector("summary") ?? link).focus({ preventScroll: true });
    menu?.removeAttribute("open");
  }

  async open() {
    const sheet = await this.fetched();
    if (!sheet) return location.assign(this.address);
    document.body.append(this.dialog);
    this.show(sheet);
    this.dialog.showModal();
    this.dialog.querySelector("input[type=radio], a.button, .link-more")?.focus();
  }

  /** The sheet of the page that answers; null when it says something else. */
  async fetched(body) {
    const options = { credentials: "same-origin", method: body ? "POST" : "GET", body };
    const response = await fetch(this.address, options).catch(() => null);
    if (!response) return null;
    return parse(await response.text()).querySelector(SHEET);
  }

  show(sheet) {
    const title = document.createElement("h2");
    const old = sheet.querySelector("h1, h2");
    title.append(...old.childNodes);
    title.id = "report-dialog-title";
    old.replaceWith(title);
    this.dialog.setAttribute("aria-labelledby", title.id);
    this.dialog.replaceChildren(sheet);
  }

  clicked(event) {
    const link = event.target.closest("a");
    const isBeside = event.target === this.dialog && !inside(this.dialog, event);
    if (!isBeside && (!link || link.closest(".report-words"))) return;
    event.preventDefault();
    this.dialog.close();
  }

  async send(event) {
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    const sheet = await this.fetched(new URLSearchParams(new FormData(event.target, event.submitter)));
    this.isSending = false;
    if (!sheet) return showPrepared(navigator.onLine ? "toast-failed" : "toast-offline");
    this.show(sheet);
    this.dialog.scrollTop = 0;
    this.dialog.querySelector("[aria-invalid=true], a.button, .link-more")?.focus();
  }
}

function inside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-report]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  new ReportDialog(link).open();
});
