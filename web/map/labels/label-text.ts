/** How names are broken into lines. */

function fill(words: readonly string[], most: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= most) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Breaks a text into as few lines as fit in `most` letters, and those about equally long. */
export function wrap(text: string, most: number): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  let best = fill(words, most);
  for (let narrower = most - 1; narrower > 0; narrower--) {
    const lines = fill(words, narrower);
    if (lines.length > best.length) break;
    best = lines;
  }
  return best;
}

/** A topic's name in lines: its terms, which stand between middle dots, each on a line of their own if it is long. */
export function wrapName(name: string, most: number): string[] {
  if (name.length <= most) return [name];
  return name.split(' · ').flatMap((term) => wrap(term, most));
}

export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > most * 0.6 ? space : undefined).replace(/[\s,:;.-]+$/, '')}…`;
}
