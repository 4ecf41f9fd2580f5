/** A line to take along: its button puts the text of the field on the clipboard and says so. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    const button = this.querySelector("button");
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value).catch(() => field.select());
      button.querySelector("span").textContent = this.dataset.done;
    });
  }
}
customElements.define("copy-text", CopyText);
