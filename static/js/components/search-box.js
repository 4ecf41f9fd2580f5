// Suggestions below the search box while somebody types (a combobox with a list, after the ARIA practices). Without
// scripts the form just searches.
const WAIT = 160;

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    if (!this.input || this.list) return;
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: "search-suggestions", className: "search-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.label);
    this.append(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // The pointer must not take the focus away before the click arrives.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]")));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  typed() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.input.value.trim()) return this.close();
    this.timer = setTimeout(() => this.ask(this.input.value), WAIT);
  }

  async ask(words) {
    this.request = new AbortController();
    try {
      const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(words)}`, { signal: this.request.signal, credentials: "same-origin" });
      if (!answer.ok) return this.close();
      const html = await answer.text();
      if (words !== this.input.value) return;
      this.list.innerHTML = html;
      this.choose(-1);
      const any = this.options.length > 0 && document.activeElement === this.input;
      this.list.hidden = !any;
      this.input.setAttribute("aria-expanded", String(any));
    } catch {
      // Typed on, or the line is down: the form still searches.
    }
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  choose(place) {
    this.place = place;
    this.options.forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    const chosen = this.options[place];
    if (chosen) {
      this.input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const count = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      // One place more than there are options: the words as typed.
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(((this.place + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && this.options[this.place]) {
      event.preventDefault();
      this.follow(this.options[this.place]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  follow(option) {
    if (option?.dataset.url) location.assign(option.dataset.url);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }
}

customElements.define("search-box", SearchBox);
