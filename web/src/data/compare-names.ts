/** The order of names in the language of the page. Views have `compare` of their formats; stores know no languages. */
export const compareNames = (one: string, other: string): number => one.localeCompare(other, document.documentElement.lang || undefined, { numeric: true })
