/** Name, tier and badge marks of one member; a changed standing swaps the parts and leaves size and variant as they are. */
class MemberChip extends HTMLElement {
  showStanding(fresh) {
    for (const part of ["member-chip-name", "tier-mark"]) {
      const old = this.querySelector(`.${part}`);
      const next = fresh.querySelector(`.${part}`);
      if (!old || (next && old.isEqualNode(next))) continue;
      if (next) old.replaceWith(next.cloneNode(true));
      else old.remove(); // somebody who has left has no tier
    }
    // Badges may come where there were none; they stand last, after the tier.
    const badges = fresh.querySelector(".chip-badges");
    this.querySelector(".chip-badges")?.remove();
    if (badges) (this.querySelector(".member-chip-text") ?? this).append(badges.cloneNode(true));
    this.classList.remove("is-changed");
    requestAnimationFrame(() => this.classList.add("is-changed"));
  }
}
customElements.define("member-chip", MemberChip);

/** Every chip and every portrait of one member becomes that of `fresh`: an element that holds her new chip. */
export function swapChips(member, fresh) {
  const id = CSS.escape(String(member));
  for (const chip of document.querySelectorAll(`member-chip[data-member="${id}"]`)) chip.showStanding(fresh);
  const source = fresh.querySelector("img.avatar")?.getAttribute("src");
  for (const portrait of source ? document.querySelectorAll(`img.avatar[data-of="${id}"]`) : []) {
    if (portrait.getAttribute("src") !== source) portrait.setAttribute("src", source);
  }
}
