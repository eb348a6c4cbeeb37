/**
 * A copy for keeping: text that was cut from a header keeps the whole header in memory for as long as it lives itself,
 * and that of a stranger may have 32 KB.
 */
export const ownText = (text: string): string => Buffer.from(text).toString()
