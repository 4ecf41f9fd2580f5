/** What she may do with a message: its menu, the two ways to thank, the dialog before something goes away. */
export class Acts {
  /** `composerOf(line)` is the box of the place in which a line stands, if she has one; `onAnswer` opens a thread. */
  constructor({ room, frame, me, asker, composerOf, onAnswer, onPins }) {
    Object.assign(this, { room, me, asker, composerOf, onAnswer, onPins });
    frame.addEventListener("click", (event) => this.clicked(event));
    frame.addEventListener("toggle", (event) => this.menuOpened(event), true);
  }

  menuOpened(event) {
    const menu = event.target.closest?.(".message-menu");
    if (!menu?.open) return;
    const line = menu.closest(".message");
    const edit = menu.querySelector("[data-edit]");
    if (!edit.hidden) edit.hidden = !this.composerOf(line)?.mayEdit(line);
    // The sheet opens upwards where the talk ends.
    const { bottom } = menu.querySelector(".menu-sheet").getBoundingClientRect();
    menu.classList.toggle("is-up", bottom > line.closest(".chat-scroll").getBoundingClientRect().bottom);
  }

  clicked(event) {
    const thread = event.target.closest(".message-thread a");
    if (thread && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      this.onAnswer(thread.dataset.thread, thread);
      return;
    }
    const button = event.target.closest(".message-menu button, .message-reactions button");
    if (!button) return;
    const line = button.closest(".message");
    const menu = button.closest("details");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus({ preventScroll: true });
    }
    this.act(button, line);
  }

  act(button, line) {
    const { dataset } = button;
    if (dataset.react) this.react(line, dataset.react);
    else if ("answer" in dataset) this.onAnswer(line.id.replace("message-", ""), line.querySelector(".message-menu summary"));
    else if ("pin" in dataset || "unpin" in dataset) this.pin(line, "pin" in dataset);
    else if ("edit" in dataset) this.composerOf(line)?.edit(line);
    else if ("remove" in dataset) this.askToRemove(line);
    else if ("kept" in dataset) this.showKept(line);
  }

  react(line, kind) {
    const chip = line.querySelector(`.message-reactions [data-react="${kind}"]`);
    const on = chip?.getAttribute("aria-pressed") !== "true";
    this.asker(line).act(line, "react", { kind, on: on ? "1" : "0" });
  }

  async pin(line, on) {
    if (await this.asker(line).act(line, "pin", { on: on ? "1" : "0" })) this.onPins();
  }

  askToRemove(line) {
    const dialog = document.getElementById("chat-remove");
    const reason = dialog.querySelector("[name=reason]");
    const own = line.dataset.author === this.me;
    dialog.querySelector("[data-reason]").hidden = own;
    reason.required = !own;
    reason.value = "";
    dialog.returnValue = "";
    dialog.onclose = async () => {
      if (dialog.returnValue !== "remove") return;
      const answer = await this.asker(line).act(line, "remove", { reason: reason.value });
      const composer = this.composerOf(line);
      if (answer && composer?.editing === line.id) composer.leaveEdit();
    };
    dialog.showModal();
  }

  async showKept(line) {
    const kept = await this.asker(line).source(line);
    if (!kept || line.querySelector(".message-kept")) return;
    const quote = document.createElement("blockquote");
    quote.className = "message-kept";
    quote.textContent = [kept.text, kept.reason].filter(Boolean).join("\n\n");
    line.querySelector(".message-main").append(quote);
  }
}

