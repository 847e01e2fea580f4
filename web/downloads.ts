/** Files that the page hands over: made here or by the server, saved under a name that says what they hold. */

/** Letters and digits of a text in small letters, joined by hyphens; at most so many. */
export function fileWords(text: string, most = 40): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  let name = '';
  for (const word of words ?? []) {
    const longer = name === '' ? word : `${name}-${word}`;
    if (longer.length > most) break;
    name = longer;
  }
  return name;
}

/** Has the browser save a file. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(content);
  link.href = address;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  // A download begins after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
