// The way to the chat stands in every head. On a wide screen it opens beside the page; what that needs is fetched then.
const opener = document.querySelector("[data-chat-beside]");
const isWide = matchMedia("(min-width: 64rem)");

const open = async (options) => (await import(opener.dataset.script)).openDrawer(opener, options);

function wasOpen() {
  try {
    return sessionStorage.getItem("chat-drawer");
  } catch {
    return null;
  }
}

if (opener && !document.body.classList.contains("is-chat")) {
  opener.addEventListener("click", (event) => {
    if (!isWide.matches || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open().catch(() => location.assign(opener.href)); // what it needs did not come: the page itself is still there
  });
  const url = wasOpen();
  if (url && isWide.matches) open({ url, takesFocus: false }).catch(() => {});
}
