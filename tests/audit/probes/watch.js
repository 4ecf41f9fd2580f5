// Runs before the page: sums up layout shifts and keeps what the content policy refused.
(() => {
  window.__shift = 0;
  window.__refused = [];
  window.__moved = [];
  const name = ({ node }) => (node && node.nodeType === 1 ? node.tagName.toLowerCase() + [...node.classList].map((c) => `.${c}`).join("") : "#text");
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      window.__shift += entry.value;
      window.__moved.push(`${entry.value.toFixed(3)} at ${Math.round(entry.startTime)} ms: ${entry.sources.map(name).join(", ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    const where = `${event.sourceFile || ""}:${event.lineNumber}`;
    window.__refused.push(`${event.violatedDirective} ${event.blockedURI} ${where}`);
  });
})();
