// A segment's form: of each condition only what it asks for is shown, and one condition more than there are. Without this
// every field is there, and what was given too much is refused beside its row.
function arrange(form) {
  const needs = JSON.parse(document.getElementById("segment-needs").textContent);
  const rows = [...form.querySelectorAll("[data-condition]")];
  const part = (row, name) => row.querySelector(`[name$="_${name}"]`);
  const show = (field, on) => {
    field.closest(".w-field__wrapper").hidden = !on;
    if (!on && field.value) field.value = "";
  };

  function fit(row) {
    const what = part(row, "what").value;
    const asks = needs[what] ?? { value: "", number: false, days: false };
    const word = part(row, "word");
    for (const option of word.querySelectorAll("option[value]")) {
      option.hidden = option.disabled = option.value !== "" && !option.value.startsWith(`${asks.value}:`);
    }
    for (const group of word.querySelectorAll("optgroup")) {
      group.hidden = [...group.children].every((option) => option.hidden);
    }
    if (word.selectedOptions[0]?.disabled) word.value = "";
    show(word, asks.value !== "" && asks.value !== "day");
    show(part(row, "day"), asks.value === "day");
    show(part(row, "number"), asks.number);
    if (asks.number) part(row, "number").closest(".w-field__wrapper").querySelector("label").textContent = asks.ask;
    show(part(row, "days"), asks.days);
    for (const name of ["place", "sign"]) part(row, name).closest(".w-field__wrapper").hidden = what === "";
  }

  function look() {
    rows.forEach(fit);
    const last = rows.findLastIndex((row) => part(row, "what").value !== "" || row.querySelector("[aria-invalid], .w-field__errors > *"));
    rows.forEach((row, place) => { row.hidden = place > last + 1; });
    const grouped = rows.some((row) => !row.hidden && part(row, "what").value && part(row, "place").value);
    form.querySelector("[name=group_mode]").closest(".w-field__wrapper").hidden = !grouped;
  }

  form.addEventListener("change", look);
  look();
}

const equip = () => document.querySelectorAll("[data-segment]").forEach(arrange);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", equip);
else equip();
