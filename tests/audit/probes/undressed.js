// Which elements would look otherwise if the page loaded the style sheets that it leaves out: {name: css}.
(sheets) => {
  const loaded = [...document.styleSheets].map((sheet) => sheet.href || "");
  const found = [];
  const walk = (rules, name) => {
    for (const rule of rules) {
      // A rule for a bare tag or a state says nothing about whom it is for.
      const classes = (rule.selectorText || "").match(/\.[a-z][\w-]*/gi);
      if (classes && document.querySelector(rule.selectorText)) found.push(`${name}: ${rule.selectorText}`);
      else if (rule.cssRules && !rule.selectorText) walk(rule.cssRules, name);
    }
  };
  for (const [name, css] of Object.entries(sheets)) {
    if (loaded.some((href) => new RegExp(`/build/${name}\\.`).test(href))) continue;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    walk(sheet.cssRules, name);
  }
  return [...new Set(found)];
}
