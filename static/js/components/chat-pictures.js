import { csrfToken } from "../request.js";
import { showPrepared, showToast } from "../toasts.js";
import { knock } from "./chat-door.js";

const MOST = 4;
const isPicture = (file) => file.type.startsWith("image/");

/** Pictures of a message that is still being written: chosen, dropped or pasted, sent at once, described meanwhile. */
export class Pictures {
  constructor({ form, room, onChange }) {
    this.form = form;
    this.room = room;
    this.onChange = onChange;
    this.list = form.querySelector("[data-pictures]");
    this.input = form.querySelector("[data-attach]");
    this.template = document.getElementById("picture-draft");
    this.items = [];
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    form.addEventListener("paste", (event) => this.take(event, event.clipboardData?.files));
    form.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
    form.addEventListener("drop", (event) => this.take(event, event.dataTransfer?.files));
  }

  take(event, files) {
    if (![...(files ?? [])].some(isPicture)) return;
    event.preventDefault();
    this.add(files);
  }

  add(files) {
    for (const file of [...files].filter(isPicture).slice(0, MOST - this.items.length)) this.send(file);
  }

  get isWaiting() {
    return this.items.some((item) => !item.id);
  }

  /** What goes with the message; the box is empty afterwards. */
  handOver() {
    const taken = this.items.map(({ id, url }) => ({ id, url }));
    for (const item of this.items) item.line.remove();
    this.items = [];
    this.show();
    return taken;
  }

  show() {
    this.list.hidden = !this.items.length;
    this.onChange();
  }

  send(file) {
    const line = this.template.content.firstElementChild.cloneNode(true);
    const item = { line, id: "", url: URL.createObjectURL(file) };
    line.querySelector("img").src = item.url;
    line.querySelector("button").addEventListener("click", () => this.drop(item));
    line.querySelector("input").addEventListener("change", (event) => this.describe(item, event.target.value));
    // Enter in the description sends nothing yet: it goes on to the words.
    line.querySelector("input").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.form.querySelector("textarea").focus();
    });
    this.items.push(item);
    this.list.append(line);
    this.show();
    this.upload(item, file);
  }

  upload(item, file) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("picture", file);
    request.open("POST", `${this.room.dataset.url}pictures/`);
    request.responseType = "json";
    for (const [name, value] of [["Accept", "application/json"], ["X-CSRFToken", csrfToken()], ["X-Requested-With", "fetch"]]) request.setRequestHeader(name, value);
    const progress = item.line.querySelector("progress");
    request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = total ? loaded / total : 0));
    request.addEventListener("load", () => (request.status === 200 ? this.arrived(item, request.response) : this.refused(item, request.response)));
    request.addEventListener("error", () => this.refused(item, null));
    item.request = request;
    request.send(body);
  }

  arrived(item, { picture, url }) {
    URL.revokeObjectURL(item.url);
    Object.assign(item, { id: picture, url });
    item.line.querySelector("img").src = url;
    item.line.querySelector("progress").hidden = true;
    const words = item.line.querySelector("input").value;
    if (words) this.describe(item, words);
    this.show();
  }

  refused(item, answer) {
    this.drop(item);
    if (answer?.error?.message) showToast({ title: answer.error.message, icon: "circle-alert" });
    else showPrepared(navigator.onLine ? "toast-failed" : "toast-offline");
  }

  drop(item) {
    item.request?.abort();
    item.line.remove();
    this.items = this.items.filter((other) => other !== item);
    this.show();
    this.form.querySelector("textarea").focus();
  }

  describe(item, words) {
    if (item.id) knock(`${this.room.dataset.url}pictures/${item.id}/`, { words }).catch(() => {});
  }
}
