import "@github/file-attachment-element";
import { csrfToken } from "../request.js";

const plain = (words) => words.replace(/[[\]\\]/g, "");

/** Pictures by button, drop and paste: each gets a row with its progress, a way out, and a place for its description. */
export class Pictures {
  constructor(composer) {
    this.composer = composer;
    this.list = composer.querySelector("[data-pictures]");
    this.template = composer.querySelector("[data-picture-row]");
    this.input = composer.querySelector("input[type=file]");
    const pick = composer.querySelector("[data-pick]");
    pick.hidden = false;
    pick.addEventListener("click", () => this.input.click());
    composer.addEventListener("file-attachment-accepted", (event) => {
      for (const { file } of event.detail.attachments) this.send(file);
      this.input.value = "";
    });
  }

  send(file) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    const [bar, alt, trouble] = ["progress", "[data-alt]", "[data-trouble]"].map((part) => row.querySelector(part));
    row.querySelector("[data-name]").textContent = file.name;
    this.list.append(row);
    const request = new XMLHttpRequest();
    row.querySelector("[data-cancel]").addEventListener("click", () => {
      request.abort();
      if (row.dataset.markdown) this.replace(row.dataset.markdown, "");
      row.remove();
      this.composer.text.focus();
    });
    request.open("POST", this.composer.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("X-Requested-With", "fetch");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = (95 * loaded) / (total || 1); });
    request.addEventListener("load", () => {
      if (request.status === 201) return this.arrived(row, bar, alt, request.response);
      bar.hidden = true;
      trouble.hidden = false;
      trouble.textContent = request.response?.error ?? this.list.dataset.trouble ?? "…";
    });
    request.addEventListener("error", () => { bar.hidden = true; trouble.hidden = false; trouble.textContent = "✕"; });
    const body = new FormData();
    body.append("picture", file);
    request.send(body);
  }

  arrived(row, bar, alt, { markdown, url }) {
    bar.remove();
    row.dataset.markdown = markdown;
    row.querySelector("img").src = url;
    alt.hidden = false;
    const { text } = this.composer;
    const lead = text.value && !text.value.endsWith("\n") ? "\n\n" : "";
    text.setRangeText(`${lead}${markdown}\n`, text.selectionEnd, text.selectionEnd, "end");
    this.changed();
    alt.addEventListener("input", () => {
      const next = markdown.replace(/^!\[[^\]]*\]/, `![${plain(alt.value)}]`);
      this.replace(row.dataset.markdown, next);
      row.dataset.markdown = next;
    });
    alt.focus();
  }

  replace(from, to) {
    const { text } = this.composer;
    if (!text.value.includes(from)) return;
    text.value = text.value.replace(from, () => to);
    this.changed();
  }

  changed() {
    this.composer.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  clear() {
    this.list.replaceChildren();
  }
}
