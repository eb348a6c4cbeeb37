/**
 * A copy for keeping: text that was cut from another keeps the whole other in memory for as long as it lives itself, and
 * a header of a stranger may have 32 KB, the words of a plugin megabytes.
 */
export const ownText = (text: string): string => Buffer.from(text).toString()
