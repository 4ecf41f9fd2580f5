// Runs before the page: sums up layout shifts and keeps what the content policy refused.
(() => {
  window.__shift = 0;
  window.__refused = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    const where = `${event.sourceFile || ""}:${event.lineNumber}`;
    window.__refused.push(`${event.violatedDirective} ${event.blockedURI} ${where}`);
  });
})();
