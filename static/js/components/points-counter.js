const MILLISECONDS = 700;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** An amount that can grow before one's eyes. The server writes it formatted; data-amount holds the plain number. */
class PointsCounter extends HTMLElement {
  get amount() {
    return Number(this.dataset.amount ?? this.textContent.replace(/\D/g, ""));
  }

  show(amount) {
    const from = this.amount;
    if (from === amount) return;
    this.dataset.amount = amount;
    cancelAnimationFrame(this.frame);
    this.classList.toggle("is-earned", amount > from);
    if (still.matches) return this.write(amount);
    const begun = performance.now();
    const step = (now) => {
      const part = Math.min(1, (now - begun) / MILLISECONDS);
      this.write(Math.round(from + (amount - from) * (1 - (1 - part) ** 3)));
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  write(amount) {
    this.textContent = new Intl.NumberFormat(document.documentElement.lang).format(amount);
  }
}
customElements.define("points-counter", PointsCounter);
