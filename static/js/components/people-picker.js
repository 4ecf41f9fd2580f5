import { parse } from "../fragments.js";

const CALM = 200;

/** Names while she types: the last word of the box is looked for, a choice puts its handle there. */
class PeoplePicker extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.input.addEventListener("input", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.show([]), 150));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  get word() {
    return this.input.value.split(/[\s,]+/).pop();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), CALM);
  }

  async ask() {
    const { word } = this;
    if (word.replace("@", "").length < 2) return this.show([]);
    const response = await fetch(`${this.dataset.url}?q=${encodeURIComponent(word)}`, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok || word !== this.word) return undefined;
    return this.show([...parse(await response.text()).querySelectorAll("[role=option]")]);
  }

  show(options) {
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", Boolean(options.length));
    this.mark(options[0]);
  }

  mark(option) {
    for (const other of this.list.children) other.setAttribute("aria-selected", other === option);
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const options = [...this.list.children];
    if (!options.length || event.isComposing) return;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark(options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.choose(options[at]);
    } else if (event.key === "Escape") this.show([]);
  }

  choose(option) {
    if (!option) return;
    const before = this.input.value.slice(0, this.input.value.length - this.word.length);
    this.input.value = `${before}@${option.dataset.who} `;
    this.show([]);
    this.input.focus();
  }
}
customElements.define("people-picker", PeoplePicker);
