// Before the first paint, so that a remembered choice does not flash. The rest is in theme.ts.
try {
  const chosen = localStorage.getItem('paperfield-theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {}
