/** What has made other message parsers run scripts, hang or fall: each as somebody would send it. */
const payloads = [
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '<svg><script>alert(1)</script></svg>', '<iframe src="javascript:alert(1)">', '<body onload=alert(1)>',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">', '<a href="javascript:alert(1)">x</a>', '<details open ontoggle=alert(1)>', '<style>@import "javascript:alert(1)"</style>',
  '"><script>alert(1)</script>', '\'"--><img src=x onerror=alert(1)>', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<template><script>alert(1)</script></template>', '<base href="javascript:/a/+alert(1)//">',
  '<form action=javascript:alert(1)><button>x', '<object data="data:text/html,<script>alert(1)</script>">', '<embed src=javascript:alert(1)>', '<link rel=stylesheet href=javascript:alert(1)>', '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<input autofocus onfocus=alert(1)>', '<video><source onerror=alert(1)>', '<marquee onstart=alert(1)>', '<p style="background:url(javascript:alert(1))">', '{{constructor.constructor("alert(1)")()}}', '${alert(1)}', '<%= alert(1) %>', '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;', '\u003cscript\u003ealert(1)\u003c/script\u003e', '<scr\u0000ipt>alert(1)</scr\u0000ipt>', '<<script>script>alert(1)</script>', '<!--<img src="--><img src=x onerror=alert(1)//">', '<![CDATA[<script>alert(1)</script>]]>', '<?xml version="1.0"?><script>alert(1)</script>',
]
const addresses = [
  'javascript:alert(1)', 'JavaScript:alert(1)', 'java\tscript:alert(1)', 'java\nscript:alert(1)', ' javascript:alert(1)', '\u0001javascript:alert(1)', 'javascript&colon;alert(1)', 'javascript&#58;alert(1)', 'javascript&#x3A;alert(1)', 'jav&#x09;ascript:alert(1)',
  'javascript://%0aalert(1)', 'vbscript:msgbox(1)', 'data:text/html,<script>alert(1)</script>', 'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==', 'data:image/svg+xml,<svg onload=alert(1)>', 'file:///etc/passwd', 'blob:https://example.com/1', 'about:blank', 'view-source:javascript:alert(1)',
  'feed:javascript:alert(1)', 'jar:javascript:alert(1)!/', '//evil.example', '\\\\evil.example', '/\\evil.example', '/api/v1/sessions.end', '/', '?x', '#x', 'x', '%6aavascript:alert(1)', 'ｊavascript:alert(1)', 'https:javascript:alert(1)', 'http:\\\\evil', 'mailto:', 'intent://x#Intent;scheme=javascript;end', 'ms-settings:x',
]
/** Each address in each place that takes one. */
const links = addresses.flatMap((address) => [
  `[x](${address})`, `[x](<${address}>)`, `![x](${address})`, `![x](<${address}> "t")`, `<${address}>`, `[x][y]\n\n[y]: ${address}`, `[x]: ${address}\n[x]`, `[![x](${address})](${address})`, `[x](${address} "onclick=alert(1)")`, `| [x](${address}) |\n|-|\n| ![](${address}) |`, `> - [ ] [x](${address})`, address,
])
const wrappers: readonly ((payload: string) => string)[] = [
  (payload) => payload, (payload) => `**${payload}**`, (payload) => `\`${payload}\``, (payload) => `\`\`\`${payload}\n${payload}\n\`\`\``, (payload) => `# ${payload}`, (payload) => `> ${payload}`, (payload) => `- [x] ${payload}`, (payload) => `[${payload}](https://example.com)`, (payload) => `[x](https://example.com/${payload})`,
  (payload) => `![${payload}](https://example.com/x.png)`, (payload) => `[x](https://example.com "${payload}")`, (payload) => `|${payload}|\n|-|\n|${payload}|`, (payload) => `$${payload}$`, (payload) => `\`\`\`latex\n${payload}\n\`\`\``, (payload) => `@${payload}`, (payload) => `#a${payload}`, (payload) => `:${payload}:`, (payload) => `~${payload}`,
]

export const hostileTexts: readonly string[] = [...links, ...payloads.flatMap((payload) => wrappers.map((wrap) => wrap(payload)))]

const long = 64 * 1024
const filled = (text: string): string => text.repeat(Math.ceil(long / text.length)).slice(0, long)

/** Texts of 64 KB on which parsers that try again and again take minutes. */
export const slowTexts: readonly string[] = [
  '[', ']', '![', '[](', '[a](<', '[a](', '*', '*a ', '**a', '_', '_a_', '*_', '~~a', '`', '`a', '```', '> ', '- ', '1. ', '  - a\n', '|a', '|a|\n|-|\n', '$', '$a', '$ ', '<', '<a ', '<!--', '&', '&#', '&amp', '\\', '#', '# ', '@', '@a', 'a@', '@a.', 'x@x.x', ':', ':a', ':a:', '~', '~a', 'http://', 'http://a.b/(', 'www.', 'www.a', 'mailto:', '\n', ' \n', '\t', '\u200f', '\u200b', '👋', '‍', '漢@', 'é', '\u0301', '"', '\'(', '--', '==\n', 'a\n==\n', ':-', '|-', '[x]: /a\n',
].map(filled)

/** Text that is no attack but is read wrongly by careless programs. */
export const strangeTexts: readonly string[] = ['', ' ', '\u0000', '\ud800', '\udfff\ud800', '\ufeff', '\u202e\u2066abc', 'a\u0300'.repeat(500), '\r\n\r', '[[[[]]]](((())))', '> '.repeat(200) + 'x', `${'- '.repeat(200)}x`, '𝕳𝖊𝖑𝖑𝖔', '__proto__', ':constructor:', '@__proto__', '```__proto__\nx\n```', '~hasOwnProperty', '[a]: <b>\n\n[A]', 'مرحبا @ada 你好 :wave:']
