import { fenceFor } from '../edits/format.ts'

/** What lines of program text look like, and lines of prose do not. */
const signs = [
  /[;{}]\s*$/, /^\s*[}\])]+[;,]?\s*$/, /=>|->|::|:=|===?|!==?|&&|\|\|/, /^\s*(?:import|export|const|let|var|function|class|def|return|if|for|while|elif|else|switch|case|public|private|static|package|using|fn|func|impl|struct|enum|interface|type|async|await|try|catch|raise|throw|from|SELECT|INSERT|UPDATE|CREATE|FROM|WHERE)\b.*[({:;=\w]\s*$/,
  /^\s*(?:\/\/|#!|\/\*|\*\s|<!--|--\s)/, /^\s*<\/?[a-z][^>]*>/i, /^\s*["'\w-]+\s*:\s*["'[{\d].*,?$/, /\w\([^)]*\)[;{:.,]?\s*$/, /^\s*@\w+(?:\(|$)/, /^\s*\$\s+\w/,
]

const isLikeCode = (line: string): boolean => signs.some((sign) => sign.test(line))

/** Names that highlighters know for those that editors tell. */
const languages: Readonly<Record<string, string>> = { typescriptreact: 'tsx', javascriptreact: 'jsx', shellscript: 'bash', plaintext: '', markdown: '' }

/** What an editor says of what was copied from it. */
export function languageOf(editorData: string): string | undefined {
  try {
    const { mode } = JSON.parse(editorData) as { mode?: unknown }
    return typeof mode === 'string' && /^[\w+#-]{1,30}$/.test(mode) ? languages[mode] ?? mode : undefined
  } catch {
    return undefined
  }
}

/**
 * Pasted program text in a fence; undefined for all else. One line stays as it is; of several, most must look like
 * code. What an editor copied in markdown or plain text is no code.
 */
export function codeToMarkdown(text: string, editorData = ''): string | undefined {
  const code = text.replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, '')
  const lines = code.split('\n').filter((line) => line.trim() !== '')
  if (lines.length < 2 || /^\s*```/m.test(code)) return undefined
  const language = languageOf(editorData)
  if (language === '') return undefined
  if (language === undefined && lines.filter(isLikeCode).length < Math.max(2, lines.length * 0.6)) return undefined
  const fence = fenceFor(code)
  return `${fence}${language ?? ''}\n${code}\n${fence}`
}
