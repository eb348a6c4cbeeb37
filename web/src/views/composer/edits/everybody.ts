const words = /(?:^|[^\p{L}\p{N}@._-])@(channel|all|here)(?![\p{L}\p{N}_-]|\.\w)/giu

/** The words in a message that tell everybody, outside of code. */
export function everybodyIn(message: string): string[] {
  const spoken = message.replace(/```[^]*?(?:```|$)/g, ' ').replace(/`[^`\n]*`/g, ' ')
  return [...new Set([...spoken.matchAll(words)].map(([, word = '']) => word.toLowerCase()))]
}
