// A backtest that runs: its part of the page is fetched anew every second, and the page itself once when it has ended.
// Without this a link looks again.
const EVERY = 1000;

function watch(box) {
  const look = async () => {
    const answer = await fetch(box.dataset.progress, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (answer?.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-state]");
      if (!fresh || !["queued", "running"].includes(fresh.dataset.state)) {
        location.reload();
        return;
      }
      const bar = box.querySelector("progress");
      bar.value = fresh.querySelector("progress").value;
      box.querySelector("[data-told]").replaceChildren(...fresh.querySelector("[data-told]").childNodes);
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}

const equip = () => document.querySelectorAll("[data-progress]").forEach(watch);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", equip);
else equip();
