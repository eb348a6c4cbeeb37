import { createMarkdownParser } from './parser.ts'

/** The page's own: what it remembers depends on the text alone. */
export const messageParser = createMarkdownParser()
