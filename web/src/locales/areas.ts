type Messages = { [key: string]: string | Messages }

/** One file is one area: `en/composer.json` holds `composer.*`. */
export function areasOf(files: Record<string, unknown>): Messages {
  return Object.fromEntries(Object.entries(files).map(([file, messages]) => [file.slice(file.lastIndexOf('/') + 1, -'.json'.length), messages as Messages]))
}
