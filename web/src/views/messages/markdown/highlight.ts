import { createLowlight } from 'lowlight'

export interface Piece { readonly text: string, readonly className: string }

/** Each language is a file of its own, loaded when the first code in it is shown. */
const languages = {
  bash: () => import('highlight.js/lib/languages/bash'), c: () => import('highlight.js/lib/languages/c'), clojure: () => import('highlight.js/lib/languages/clojure'),
  cpp: () => import('highlight.js/lib/languages/cpp'), csharp: () => import('highlight.js/lib/languages/csharp'), css: () => import('highlight.js/lib/languages/css'),
  dart: () => import('highlight.js/lib/languages/dart'), diff: () => import('highlight.js/lib/languages/diff'), dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  elixir: () => import('highlight.js/lib/languages/elixir'), erlang: () => import('highlight.js/lib/languages/erlang'), go: () => import('highlight.js/lib/languages/go'),
  graphql: () => import('highlight.js/lib/languages/graphql'), haskell: () => import('highlight.js/lib/languages/haskell'), ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'), javascript: () => import('highlight.js/lib/languages/javascript'), json: () => import('highlight.js/lib/languages/json'),
  julia: () => import('highlight.js/lib/languages/julia'), kotlin: () => import('highlight.js/lib/languages/kotlin'), less: () => import('highlight.js/lib/languages/less'),
  lua: () => import('highlight.js/lib/languages/lua'), makefile: () => import('highlight.js/lib/languages/makefile'), markdown: () => import('highlight.js/lib/languages/markdown'),
  matlab: () => import('highlight.js/lib/languages/matlab'), nginx: () => import('highlight.js/lib/languages/nginx'), objectivec: () => import('highlight.js/lib/languages/objectivec'),
  ocaml: () => import('highlight.js/lib/languages/ocaml'), perl: () => import('highlight.js/lib/languages/perl'), php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'), python: () => import('highlight.js/lib/languages/python'), r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'), rust: () => import('highlight.js/lib/languages/rust'), scala: () => import('highlight.js/lib/languages/scala'),
  scss: () => import('highlight.js/lib/languages/scss'), sql: () => import('highlight.js/lib/languages/sql'), swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'), vbnet: () => import('highlight.js/lib/languages/vbnet'), xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
} as const
type LanguageName = keyof typeof languages

const aliases: Readonly<Record<string, LanguageName>> = {
  sh: 'bash', shell: 'bash', zsh: 'bash', console: 'bash', 'c++': 'cpp', cc: 'cpp', h: 'c', hpp: 'cpp', cs: 'csharp', 'c#': 'csharp', clj: 'clojure', patch: 'diff', docker: 'dockerfile', ex: 'elixir', golang: 'go',
  hs: 'haskell', toml: 'ini', js: 'javascript', jsx: 'javascript', mjs: 'javascript', kt: 'kotlin', make: 'makefile', md: 'markdown', objc: 'objectivec', ml: 'ocaml', pl: 'perl', ps1: 'powershell',
  py: 'python', rb: 'ruby', rs: 'rust', postgres: 'sql', pgsql: 'sql', mysql: 'sql', ts: 'typescript', tsx: 'typescript', vb: 'vbnet', html: 'xml', svg: 'xml', vue: 'xml', yml: 'yaml',
}
/** More than this is shown without colours: nobody waits for them. */
const maximumLength = 20_000

const lowlight = createLowlight()

/** The name of a language as it is loaded; undefined where it is unknown. */
export function languageOf(written: string): LanguageName | undefined {
  const name = written.toLowerCase()
  return Object.hasOwn(aliases, name) ? aliases[name] : Object.hasOwn(languages, name) ? name as LanguageName : undefined
}

/** Code in pieces of one colour each; none where the language is unknown. */
export async function highlight(text: string, written: string): Promise<readonly Piece[]> {
  const language = languageOf(written)
  if (!language || text.length > maximumLength) return []
  if (!lowlight.registered(language)) lowlight.register(language, (await languages[language]()).default)
  const pieces: Piece[] = []
  flatten(lowlight.highlight(language, text).children, '', pieces)
  return pieces
}

type Highlighted = ReturnType<typeof lowlight.highlight>['children'][number]

function flatten(nodes: readonly Highlighted[], outer: string, pieces: Piece[]): void {
  for (const node of nodes) {
    if (node.type === 'text') pieces.push({ text: node.value, className: outer })
    else if (node.type === 'element') flatten(node.children, (node.properties['className'] as readonly string[] | undefined)?.join(' ') ?? outer, pieces)
  }
}
