// The workshop asks every few seconds who else works on the page. An answer that was asked for before the editor's own automatic save
// and comes after it takes that save for somebody's: the editor would be told that she saved in another window, and her publishing be
// held back. Such an answer is put aside and asked for anew.
let asked = true; // the first question leaves while the page is still being read
let crossed = false;

document.addEventListener("w-session:ping", () => {
  asked = true;
  crossed = false;
});
document.addEventListener("w-autosave:save", () => {
  crossed ||= asked;
});
document.addEventListener("w-swap:error", ({ target }) => {
  if (target.matches?.(".w-editing-sessions")) asked = crossed = false;
});
document.addEventListener(
  "w-swap:json",
  (event) => {
    if (!event.target.matches?.(".w-editing-sessions")) return;
    const stale = crossed;
    asked = crossed = false;
    if (!stale) return;
    event.stopImmediatePropagation();
    event.target.dispatchEvent(new CustomEvent("w-session:visible"));
  },
  { capture: true },
);
