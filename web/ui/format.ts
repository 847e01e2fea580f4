/** How dates, counts and ages are written. */
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2025-01-07` → `7 Jan 2025`, `2025-01` → `Jan 2025`, `2025` → `2025`; anything else as it stands. */
export function wordDate(date: string): string {
  const parts = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(date);
  if (!parts) return date;
  const month = parts[2] ? months[Number(parts[2]) - 1] : undefined;
  if (!month) return parts[1]!;
  return parts[3] ? `${Number(parts[3])} ${month} ${parts[1]}` : `${month} ${parts[1]}`;
}

const thousands = new Intl.NumberFormat('en');

/** `grouped(9876)` → `9,876`. */
export function grouped(n: number): string {
  return thousands.format(n);
}

/** `count(1, 'paper')` → `1 paper`, `count(9876, 'paper')` → `9,876 papers`. */
export function count(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `wordAge(7300)` → `2 hours ago`. */
export function wordAge(seconds: number): string {
  if (seconds < 90) return 'just now';
  if (seconds < 5400) return `${count(Math.round(seconds / 60), 'minute')} ago`;
  if (seconds < 129_600) return `${count(Math.round(seconds / 3600), 'hour')} ago`;
  return `${count(Math.round(seconds / 86_400), 'day')} ago`;
}

/** A message of the server's, which speaks like a command line, as a sentence: a capital before, a full stop behind. */
export function sentence(message: string): string {
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** At most so many characters of a text, cut at a word where one ends near by. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const space = cut.lastIndexOf(' ');
  // Never half of a character that is written in two.
  return `${(space > most / 2 ? cut.slice(0, space) : cut.replace(/[\uD800-\uDBFF]$/, '')).trimEnd()}…`;
}
