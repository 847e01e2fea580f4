// Runs before the first paint, so that a remembered theme does not flash. The rest is in app/theme.ts.
try {
  const chosen = localStorage.getItem('paperfield-theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {}
