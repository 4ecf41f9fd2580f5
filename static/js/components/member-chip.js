import { parse } from "../fragments.js";

/** Name, tier and portrait of one member; a changed standing swaps the parts and leaves size and variant as they are. */
class MemberChip extends HTMLElement {
  showStanding(fresh) {
    for (const part of ["member-chip-name", "tier-mark"]) {
      const old = this.querySelector(`.${part}`);
      const next = fresh.querySelector(`.${part}`);
      if (old && next && !old.isEqualNode(next)) old.replaceWith(next.cloneNode(true));
    }
    const portrait = this.querySelector("img.avatar");
    const nextPortrait = fresh.querySelector("img.avatar");
    if (portrait && nextPortrait) portrait.src = nextPortrait.getAttribute("src");
    this.classList.remove("is-changed");
    requestAnimationFrame(() => this.classList.add("is-changed"));
  }
}
customElements.define("member-chip", MemberChip);

export function swapChips(member, html) {
  const fresh = parse(html);
  for (const chip of document.querySelectorAll(`member-chip[data-member="${CSS.escape(String(member))}"]`)) chip.showStanding(fresh);
}
