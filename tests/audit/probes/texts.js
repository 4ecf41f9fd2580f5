// Every visible text node, and every text that is read aloud instead of seen; what names its own language, a word of a
// member and code are left out.
() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (holder && !holder.closest("script,style,template,[lang]:not(html),[translate=no],code")) found.add(walker.currentNode.data);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const el of document.querySelectorAll(`[${name}]`))
      if (!el.closest("[lang]:not(html)")) found.add(el.getAttribute(name));
  found.add(document.title);
  return [...found].map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text.length > 2);
}
