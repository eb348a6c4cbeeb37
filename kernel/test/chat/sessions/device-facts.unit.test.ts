import { deepEqual } from 'node:assert/strict'
import { readDeviceFacts } from '../../../src/chat/sessions/device-facts.ts'
import { growthOf } from '../../../../test/harness/cpu-time.ts'

describe('device facts', () => {
  it('are read from what programs say of themselves', () => {
    const read = (userAgent: string): string => Object.values(readDeviceFacts(userAgent)).join(' | ')
    deepEqual([
      read('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0'),
      read('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'),
      read('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'),
      read('Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1'),
      read('Mattermost Mobile/2.30.0+600 (Android; 15; Pixel)'),
      read('Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Electron/38.0 Safari/537.36 Mattermost/6.0.0'),
      read(''),
      read('curl/8.0'),
    ], [
      'Windows | Windows 10 | Edge/140.0.0.0', 'Macintosh | Mac OS 10.15.7 | Safari/18.1', 'Linux | Linux | Firefox/140.0', 'iOS | iOS 18.1 | Safari/18.1',
      'Unknown |  | Mobile App/2.30.0+600', 'Linux | Linux | Desktop App/6.0.0', 'Unknown |  | ', 'Unknown |  | curl/8.0',
    ])
  })

  it('takes no long time over hostile text', async () => {
    for (const text of [(size: number) => '(iPhone'.repeat(size), (size: number) => 'Version/1'.repeat(size), (size: number) => `Version/${'1.'.repeat(size)}`]) {
      const growth = await growthOf((size) => readDeviceFacts(text(size)), 1e5)
      deepEqual(growth < 10, true, `four times the size takes ${growth} times as long`)
    }
  })
})
