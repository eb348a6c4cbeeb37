import { deepEqual, equal, throws } from 'node:assert/strict'
import { readGroup } from '../src/built-ins/messages.ts'
import { readEcho } from '../src/built-ins/writing.ts'
import { plainText, readResponse } from '../src/custom/response-form.ts'
import { parseCommand } from '../src/parse-command.ts'
import { suggestWords, type Word } from '../src/suggest.ts'

describe('The words of slash commands', () => {
  it('begin with a slash and a word, and keep the rest as it is', () => {
    deepEqual(parseCommand('/SHRUG  two  blanks\nand lines'), { trigger: 'shrug', text: ' two  blanks\nand lines' })
    deepEqual(parseCommand('/ÉCHO'), { trigger: 'écho', text: '' })
    for (const text of ['', '/', '/ shrug', 'shrug', ' /shrug']) throws(() => parseCommand(text), { code: 'command_malformed' })
  })

  it('say when an echo comes', () => {
    deepEqual([readEcho('hello'), readEcho('hello there 5'), readEcho('"hello 7" 5'), readEcho('"hello 7"'), readEcho('5'), readEcho('"open 5')], [
      { message: 'hello', delaySeconds: 0 }, { message: 'hello there', delaySeconds: 5 }, { message: 'hello 7', delaySeconds: 5 }, { message: 'hello 7', delaySeconds: 0 },
      { message: '5', delaySeconds: 0 }, { message: '"open', delaySeconds: 5 },
    ])
  })

  it('name the people of a group before what is said to them', () => {
    deepEqual(readGroup('@ada, bob ,@carol How, are you?'), { names: ['@ada', 'bob', '@carol'], message: 'How, are you?' })
    deepEqual([readGroup('@ada'), readGroup('  '), readGroup('a,b')], [{ names: ['@ada'], message: '' }, { names: [], message: '' }, { names: ['a', 'b'], message: '' }])
  })

  it('become Markdown where another server writes as Slack does', () => {
    equal(plainText('<https://example.com|a link> and <https://example.com> for <!channel> and <!everyone>'), '[a link](https://example.com) and https://example.com for @channel and @all')
    equal(plainText('a < b > c <@U1>'), 'a < b > c <@U1>')
  })

  it('are read from JSON and from plain text', () => {
    deepEqual(readResponse('text/plain; charset=utf-8', 'hello')?.map(({ kind, text }) => [kind, text]), [['ephemeral', 'hello']])
    deepEqual([readResponse('text/plain', '  '), readResponse('application/json', '[1]'), readResponse('application/json', 'no'), readResponse('application/jsonp', '{}')?.length], [[], undefined, undefined, 1])
    const [first, second] = readResponse('application/json; charset=utf-8', JSON.stringify({
      response_type: 'in_channel', text: '<!here>', skip_slack_parsing: true, type: 'system_join', props: { a: 1 }, attachments: [{ text: 'x' }, 3], extra_responses: [{ text: '<!here>', type: 'custom_x' }, null],
    })) ?? []
    deepEqual([first?.kind, first?.text, first?.postType, first?.props], ['inChannel', '<!here>', '', { a: 1, attachments: [{ text: 'x' }] }])
    deepEqual([second?.kind, second?.text, second?.postType], ['ephemeral', '@here', 'custom_x'])
  })

  it('are completed, arguments too', async () => {
    const words: Word[] = [{
      trigger: 'deploy', description: 'Deploys', arguments: [
        { kind: 'choice', choices: [{ value: 'web' }, { value: 'worker', hint: '[slow]' }] }, { kind: 'dynamic', name: 'branch', isRequired: true }, { kind: 'text', hint: '[why]' },
      ],
    }, { trigger: 'delete', description: 'Deletes', subcommands: [{ trigger: 'now', description: '' }] }, { trigger: 'plain', description: '' }]
    const shown = async (text: string): Promise<string[]> => (await suggestWords(words, text, async () => [{ value: 'main' }, { value: 'next' }])).map(({ complete, suggestion, hint }) => `${complete}|${suggestion}|${hint}`)
    deepEqual(await shown('de'), ['deploy|deploy|', 'delete|delete|'])
    deepEqual(await shown('deploy W'), ['deploy web|web|', 'deploy worker|worker|[slow]'])
    deepEqual(await shown('deploy worker '), ['deploy worker --branch |--branch|'])
    deepEqual(await shown('deploy worker --branch n'), ['deploy worker --branch next|next|'])
    deepEqual(await shown('deploy worker --branch main because it'), ['deploy worker --branch main because it||[why]'])
    deepEqual([await shown('deploy worker x'), await shown('delete n'), await shown('delete now '), await shown('plain '), await shown('')], [[], ['delete now|now|'], [], [], ['deploy|deploy|', 'delete|delete|', 'plain|plain|']])
  })
})
