/** Formats dates, numbers and texts for display. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Formats a date: `2025-01-07` → `7 Jan 2025`, `2025-01` → `Jan 2025`, `2025` → `2025`. Any other text is returned
 * unchanged.
 */
export function formatDate(date: string): string {
  const parts = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(date);
  if (!parts) return date;
  const month = parts[2] ? MONTHS[Number(parts[2]) - 1] : undefined;
  if (!month) return parts[1];
  return parts[3] ? `${Number(parts[3])} ${month} ${parts[1]}` : `${month} ${parts[1]}`;
}

/** The name of a column as a title: `peer_reviewed` → `Peer reviewed`. */
export function columnTitle(name: string): string {
  const words = name.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const numberFormat = new Intl.NumberFormat('en');

/** Formats a number with thousands separators: `formatNumber(9876)` → `9,876`. */
export function formatNumber(n: number): string {
  return numberFormat.format(n);
}

/** Formats a number of the user's data with all its digits: a year has no separators. */
export function formatDecimal(n: number): string {
  return Number.isInteger(n) && Math.abs(n) < 10_000
    ? String(n)
    : new Intl.NumberFormat('en', { maximumFractionDigits: 20 }).format(n);
}

/**
 * Formats a number with a noun: `formatCount(1, 'paper')` → `1 paper`, `formatCount(9876, 'paper')` → `9,876 papers`.
 */
export function formatCount(n: number, noun: string): string {
  return `${formatNumber(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** Formats a fraction as a percentage: `formatPercent(0.153)` → `15%`. */
export function formatPercent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** Formats an age in seconds: `formatAge(7300)` → `2 hours ago`. */
export function formatAge(seconds: number): string {
  if (seconds < 90) return 'just now';
  if (seconds < 5400) return `${formatCount(Math.round(seconds / 60), 'minute')} ago`;
  if (seconds < 129_600) return `${formatCount(Math.round(seconds / 3600), 'hour')} ago`;
  return `${formatCount(Math.round(seconds / 86_400), 'day')} ago`;
}

/**
 * Makes a sentence of a server message, which starts in lower case and has no full stop. The name of a file at its
 * beginning stays as it is.
 */
export function toSentence(message: string): string {
  const isFileName = /^[^\s:]*\.[^\s:]/.test(message);
  const capitalized = isFileName ? message : message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?…]$/.test(capitalized) ? capitalized : `${capitalized}.`;
}

/**
 * Shortens a text to `maxLength` UTF-16 code units plus an ellipsis. It is cut at the last space, if that is in the
 * second half.
 */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength);
  const space = cut.lastIndexOf(' ');
  // A cut within a word must not split a surrogate pair.
  const kept = space > maxLength / 2 ? cut.slice(0, space) : cut.replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}…`;
}
