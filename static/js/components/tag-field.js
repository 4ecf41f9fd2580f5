const CALM = 200;

/**
 * The field of tags: below it stand tags of the house that begin with what is being typed; a press takes one or lets it
 * go. Without a script it is a plain line of words with commas between them.
 */
class TagField extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    if (!this.input || this.list) return;
    this.list = document.createElement("div");
    this.list.className = "tags-known";
    this.list.setAttribute("role", "group");
    this.list.setAttribute("aria-label", this.dataset.label);
    this.append(this.list);
    this.input.addEventListener("input", () => this.soon());
    this.list.addEventListener("click", (event) => this.press(event.target.closest("button")));
    this.ask();
  }

  names() {
    return this.input.value.split(",").map((name) => name.trim()).filter(Boolean);
  }

  /** What is typed after the last comma. */
  begun() {
    return this.input.value.split(",").at(-1).trim();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), CALM);
  }

  async ask() {
    const asked = this.begun();
    try {
      const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(asked)}`, { credentials: "same-origin" });
      if (!answer.ok || asked !== this.begun()) return;
      this.show((await answer.json()).tags.map((tag) => tag.name));
    } catch {
      // Offline: the line of words works by itself.
    }
  }

  show(names) {
    const taken = new Set(this.names().map((name) => name.toLowerCase()));
    this.list.replaceChildren(
      ...names.map((name) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "pick";
        button.textContent = `#${name}`;
        button.dataset.name = name;
        button.setAttribute("aria-pressed", String(taken.has(name.toLowerCase())));
        return button;
      }),
    );
  }

  press(button) {
    if (!button) return;
    const { name } = button.dataset;
    const same = (other) => other.toLowerCase() === name.toLowerCase();
    const begun = this.begun();
    let names = this.names();
    if (names.some(same)) names = names.filter((other) => !same(other));
    else {
      if (begun && name.toLowerCase().startsWith(begun.toLowerCase())) names.pop();
      if (names.length < Number(this.dataset.most)) names.push(name);
    }
    this.input.value = names.length ? `${names.join(", ")}, ` : "";
    this.input.focus();
    this.ask();
  }
}
customElements.define("tag-field", TagField);
